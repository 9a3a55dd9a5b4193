import type {JsonRecord} from '../../src/core/page.ts';
import type {RecordPlace} from '../map.ts';

/** Why a record goes no further. */
export class Refused {
	readonly column: string;
	readonly reason: string;

	constructor(column: string, reason: string) {
		this.column = column;
		this.reason = reason;
	}
}

/**
 * What a step makes of one record: another, several, none, or a refusal. Never changes the record it is
 * given.
 */
export type Change = (
	record: JsonRecord,
	place: RecordPlace,
) => JsonRecord | readonly JsonRecord[] | Refused | undefined;
