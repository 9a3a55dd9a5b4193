/** Plugins that write to something else than a folder of files: a database. */
import type {FileFormat} from '../../sinks/formats/format.ts';
import type {Target} from '../state/target.ts';
import type {CommittedDataset, FoundInTarget, TargetOpening, TargetPlace} from '../state/target-place.ts';
import type {Fields, Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

export type {CommittedDataset, FoundInTarget, TargetOpening, TargetPlace} from '../state/target-place.ts';

type Takes = 'parquet' | 'csv' | 'jsonl' | 'any';

/** The part of a target that its author writes. */
export interface TargetParts {
	/** The format of its parts; absent for a target that takes any. */
	readonly format?: FileFormat;
	/** Opens a dataset for writing, or makes a new one. Fails when another process writes to it. */
	open(opening: TargetOpening): Promise<Target>;
	/** The datasets in it. Changes nothing. */
	list(place: TargetPlace): Promise<readonly FoundInTarget[]>;
	/**
	 * Compares what is there with the last commit: one line for each difference, for `sluice verify`. Changes
	 * nothing.
	 */
	audit(place: TargetPlace, dataset: CommittedDataset): Promise<readonly string[]>;
}

export interface TargetDefinition<Type extends string, F extends Fields> extends Definition<Type, F> {
	/** The beginnings of its addresses, up to the colon: `postgres`, `postgresql`. */
	readonly schemes: readonly string[];
	/** Whether a path follows the colon (`duckdb:file.db`), relative to the config. @default false */
	readonly isPath?: boolean;
	/**
	 * The format of Sluice in which parts are encoded: it says what the encoder reads in records. `any` for a
	 * target whose parts stay files: they have the format of the run.
	 */
	readonly takes: Takes;
	/** Makes the target. It returns a promise, so that its code is loaded only when a run needs it. */
	make(options: Options<F>): Promise<TargetParts>;
}

/** A target with any options. */
export interface AnyTargetPlugin extends Plugin {
	readonly kind: 'target';
	readonly schemes: readonly string[];
	readonly isPath: boolean;
	readonly takes: Takes;
	make(options: {readonly [name: string]: unknown}): Promise<TargetParts>;
}

/** A factory of targets that is also the plugin. */
export interface TargetPlugin<Type extends string, F extends Fields> extends AnyTargetPlugin {
	(...given: Arguments<F>): Promise<TargetParts>;
	readonly type: Type;
	readonly fields: F;
}

/**
 * Defines a target, for `output.path` and `--output`. Rows get there as parts, which are files in its
 * spool; `commit()` of the dataset that it opens makes parts, and the place after them, real in one step.
 * @example export const mine = defineTarget({
 *   type: 'mine', summary: 'A database.', schemes: ['mine'], takes: 'csv', fields: {},
 *   make: async () => (await import('./mine.js')).target(),
 * });
 */
export function defineTarget<const Type extends string, const F extends Fields>(
	definition: TargetDefinition<Type, F>,
): TargetPlugin<Type, F> {
	const {schemes, isPath = false, takes} = definition;
	const make = async (given: object = {}): Promise<TargetParts> =>
		definition.make(checked(definition, given));
	return Object.assign((given?: object) => make(given), {
		...frame('target', definition),
		schemes,
		isPath,
		takes,
		make,
	}) as unknown as TargetPlugin<Type, F>;
}
