/** Checks the parts of an answer whose rows stand in several lists. */
import type {JsonValue} from '../../../core/json/json.ts';
import type {Selector} from '../../../core/path/selector.ts';
import type {Warn} from '../../../core/warning.ts';
import {errorInPart, failedPart, moreInPart} from '../../completeness/error-parts.ts';

interface Whole {
	readonly value: JsonValue;
	readonly path: Selector;
	readonly status: number;
}

/** The error of a part. The rows of the others came, and its own are missing. */
export function partError({value, path, status}: Whole): string | undefined {
	const beside = status === 207 ? failedPart(value, path.keys?.[0]) : undefined;
	return beside ?? (path.keys ? undefined : errorInPart(value, path.text));
}

/** Warns once of a part that has more rows: no paginator asks for them. */
export function moreParts(
	resource: string,
	warn: Warn | undefined,
): (value: JsonValue, path: Selector) => void {
	let isTold = false;
	return (value, path) => {
		const said = isTold || path.keys ? undefined : moreInPart(value, path.text);
		if (said === undefined) return;
		isTold = true;
		const message = `${said}, so rows of that part are missing; ask for larger parts, or read each part by a resource of its own`;
		warn?.({code: 'more-in-part', resource, message});
	};
}
