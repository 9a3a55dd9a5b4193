/** What stands between a source and a sink; each is a stage for `pipeline()`. */
export type {Naming} from '../src/core/schema/schema.ts';
export {type DedupeOptions, dedupe} from './dedupe.ts';
export {type FlattenOptions, flatten} from './flatten.ts';
export {filter, map, type RecordPlace} from './map.ts';
export {inferSchema, type NormalizeOptions, normalize} from './normalize.ts';
export {type Projection, type SelectOptions, select} from './select.ts';
export {type TablesOptions, type TablesTransforms, tables} from './tables.ts';
