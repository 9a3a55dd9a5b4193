/** What one walk of an incremental resource asks for: from where, up to where. */
import type {JsonValue} from '../../core/json/json.ts';
import type {KnownHashes} from './hashes.ts';
import type {RunState} from './state.ts';

export interface Range {
	/** Under which the state of this parent is kept; of a resource without parents, that of all its rows. */
	readonly key: string;
	/** Absent: from the beginning. */
	readonly start?: JsonValue;
	/** Absent: as far as there are rows. */
	readonly end?: JsonValue;
	/** Whether a row at the bound itself belongs to it. */
	readonly hasStart: boolean;
	readonly hasEnd: boolean;
	/** What the run before this one reached, without the lag; before the first one, the initial value. */
	readonly last?: JsonValue;
	/** Where the first run begins. */
	readonly initial?: JsonValue;
	/** The run that it is part of: one object for all windows of a parent. */
	readonly run: RunState;
	/** Rows at the start that are out already, by their hashes. */
	readonly known: KnownHashes;
	/** Of a window: how far the state moves when its rows have no cursor values. */
	readonly reach?: JsonValue;
	/** No other window of the same parent comes after it. */
	readonly isFinal: boolean;
}
