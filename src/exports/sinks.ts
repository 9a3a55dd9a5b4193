/** `sluice/sinks`: where pages go. */
export {type CsvOptions, csv} from '../../sinks/csv.ts';
export {supersede} from '../../sinks/dataset/merge/find-superseded.ts';
export type {
	MergeCounts,
	MergePart,
	Superseded,
	SupersedeOptions,
} from '../../sinks/dataset/merge/types.ts';
export type {DatasetStream, ResumePlace} from '../../sinks/dataset.ts';
export {type DatasetOptions, dataset} from '../../sinks/dataset.ts';
export {fileSink} from '../../sinks/formats/format.ts';
export {type JsonlOptions, jsonl} from '../../sinks/jsonl.ts';
export {type FileOutput, fileOutput, streamOutput} from '../../sinks/output/output.ts';
export {parquet} from '../../sinks/parquet.ts';
export {type Sink, sink} from '../core/stage.ts';
