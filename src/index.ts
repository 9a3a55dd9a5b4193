/** `sluice`: what most programs need. The other entries are in `exports/`, one file each. */

export {csv} from '../sinks/csv.ts';
export {type DatasetOptions, dataset} from '../sinks/dataset.ts';
export {jsonl} from '../sinks/jsonl.ts';
export {parquet} from '../sinks/parquet.ts';
export {type ConfigObject, defineConfig} from './config/define.ts';
export type {LoadedConfig} from './config/load/load.ts';
export {
	ConfigError,
	DecodeError,
	PaginationError,
	RequestError,
	SchemaError,
	SelectorError,
	SinkError,
	SluiceError,
	StageError,
	StateError,
} from './core/errors.ts';
export {Decimal, type JsonValue} from './core/json/json.ts';
export type {Cursor, JsonRecord, Page} from './core/page.ts';
export {pipeline, type RunSummary} from './core/pipeline.ts';
export type {Schema} from './core/schema/schema.ts';
export {Secret} from './core/secret.ts';
export {type Sink, sink, source, transform} from './core/stage.ts';
export {type Client, client, clientFromRecording} from './http/client.ts';
export type {ClientOptions} from './http/client-options.ts';
export {environmentProxies} from './http/connection/proxy.ts';
export {type ResourceOptions, resource} from './resource/resource.ts';
export {OutOfTimeError, RunError} from './run/errors.ts';
export type {RunEvent} from './run/events.ts';
export {loadConfig, run} from './run/index.ts';
export type {RunResult} from './run/run.ts';
export type {RunOptions} from './run/run-options.ts';
