import type {JsonRecord} from '../../src/core/page.ts';
import type {RecordPlace} from '../map.ts';

// A plugin may bring its own copy of the package, whose class differs from this one, so a symbol marks
// refusals.
const REFUSED = Symbol.for('sluice.refused');

/** Why a record is refused. */
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
 * The result of a step for one record: another record, several, none, or a refusal. Never changes the given
 * record.
 */
export interface Change {
	(record: JsonRecord, place: RecordPlace): JsonRecord | readonly JsonRecord[] | RefusedRecord | undefined;
	/** Called when all records of a page were read. */
	pageEnd?(isLast: boolean): void;
}
