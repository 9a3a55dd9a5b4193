/**
 * What a run noticed that may be wrong, and that does not end it. Each kind has a stable code. `docs/trust.md` lists all codes,
 * and `sluice run --strict` makes each of them a failure.
 */
import {SluiceError} from './errors.ts';

/** Code of each kind, and what it means, as one short sentence. */
export const warningKinds = {
	'total-not-reached': 'Fewer rows came than the API stated.',
	'short-page': 'A page was shorter than its limit, yet more rows followed.',
	'first-page-again': 'Page 1 had the rows of page 0, and they were left out.',
	'no-list': 'An answer had no list of rows, and was taken for one without rows.',
	'parents-skipped': 'Children of some parents were not read.',
	'characters-replaced': 'Some bytes were no text in the charset of the body.',
	'nulls-left-out': 'Some items among the records were null, and were left out.',
	'boundary-rows-repeat': 'More rows stand at the last cursor value than a state remembers, so some come again.',
} as const satisfies Record<string, string>;

export type WarningCode = keyof typeof warningKinds;

export interface Warning {
	readonly code: WarningCode;
	/** Name of the resource. */
	readonly resource: string;
	/** What was noticed, where, and what to do. Does not repeat the name of the resource. */
	readonly message: string;
}

/** Is told of a warning. It may throw, and that ends the resource: `--strict` does so. So call it before the last page goes out. */
export type Warn = (warning: Warning) => void;

/** A warning that counts as a failure, as `--strict` asks. */
export class StrictError extends SluiceError {
	readonly code = 'ERR_STRICT';
	readonly warning: Warning;

	constructor(warning: Warning) {
		super(`${warning.resource}: ${warning.message} (${warning.code}; --strict makes it a failure)`);
		this.warning = warning;
	}
}
