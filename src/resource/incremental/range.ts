/** What one walk of an incremental resource asks for: the range of its cursor values. */
import type {JsonValue} from '../../core/json/json.ts';
import type {KnownHashes} from './hashes.ts';
import type {RunState} from './state.ts';

export interface Range {
	/** The key of this parent in the state; a resource without parents has one key for all its rows. */
	readonly key: string;
	/** Absent: from the beginning. */
	readonly start?: JsonValue;
	/** Absent: as far as there are rows. */
	readonly end?: JsonValue;
	/** Whether a row at the bound itself belongs to it. */
	readonly hasStart: boolean;
	readonly hasEnd: boolean;
	/** What the run before this one reached, without the lag; before the first run, the initial value. */
	readonly last?: JsonValue;
	/** Where the first run begins. */
	readonly initial?: JsonValue;
	/** The run that the range is part of: one object for all windows of a parent. */
	readonly run: RunState;
	/** Hashes of rows at the start that earlier runs have delivered. */
	readonly known: KnownHashes;
	/** How far the state moves after a window whose rows have no cursor values. */
	readonly reach?: JsonValue;
	/** No other window of the same parent comes after it. */
	readonly isFinal: boolean;
}
