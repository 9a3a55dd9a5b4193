import type {JsonRecord} from '../../src/core/page.ts';
import type {RecordPlace} from '../map.ts';

// A plugin may come with a copy of the package of its own, so its class is not this one.
const REFUSED = Symbol.for('sluice.refused');

/** Why a record goes no further. */
export class RefusedRecord {
	readonly [REFUSED] = true;
	readonly column: string;
	readonly reason: string;

	constructor(column: string, reason: string) {
		this.column = column;
		this.reason = reason;
	}

	static is(result: unknown): result is RefusedRecord {
		return typeof result === 'object' && result !== null && REFUSED in result;
	}
}

/**
 * What a step makes of one record: another, several, none, or a refusal. Never changes the record it is
 * given.
 */
export interface Change {
	(record: JsonRecord, place: RecordPlace): JsonRecord | readonly JsonRecord[] | RefusedRecord | undefined;
	/** All records of a page were seen. */
	pageEnd?(isLast: boolean): void;
}
