/** `sluice/partitions`: resources that are read once for each row of others, or of a list. */
export type {IncrementalOptions} from '../resource/incremental/incremental.ts';
export {batched} from '../resource/partitions/batched.ts';
export {type DistinctOptions, distinct} from '../resource/partitions/distinct.ts';
export {type ParentRowsOptions, rowsOf} from '../resource/partitions/parent-rows.ts';
export type {Partitioning, PartitionRequest} from '../resource/partitions/partitioned.ts';
export {
	type Binding,
	filtered,
	listedValues,
	type Partition,
	type Partitions,
	product,
} from '../resource/partitions/partitions.ts';
