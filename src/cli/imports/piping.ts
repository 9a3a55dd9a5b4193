/** The modules for JSON in a pipe, loaded at once. */
export {jsonl} from '../../../sinks/jsonl.ts';
export {dedupe} from '../../../transforms/dedupe.ts';
export {normalize} from '../../../transforms/normalize.ts';
export {select} from '../../../transforms/select.ts';
export {fileTarget} from '../../config/output/formats.ts';
export {pipeline} from '../../core/pipeline.ts';
export {definitionFromJson} from '../../core/schema/schema-file.ts';
export {stdinPages} from '../terminal/stdin.ts';
