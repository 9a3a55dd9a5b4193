/** `sluice/transforms`: what stands between a source and a sink; each is a stage for `pipeline()`. */
export {type DedupeOptions, dedupe} from '../../transforms/dedupe.ts';
export {type FlattenOptions, flatten} from '../../transforms/flatten.ts';
export {filter, map, type RecordPlace} from '../../transforms/map.ts';
export {inferSchema, type NormalizeOptions, normalize} from '../../transforms/normalize.ts';
export {type Projection, type SelectOptions, select} from '../../transforms/select.ts';
export {type TablesOptions, type TablesTransforms, tables} from '../../transforms/tables.ts';
export {detect, type Selection, type Selector, selector} from '../core/path/selector.ts';
export type {
	Column,
	ColumnDefinition,
	ColumnDefinitions,
	ContractMode,
	DataType,
	Naming,
	Rejection,
	SchemaContract,
	SchemaDefinition,
} from '../core/schema/schema.ts';
export type {PageTransform} from '../core/stage.ts';
export {type Step, steps} from '../plugins/steps.ts';
