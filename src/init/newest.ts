/**
 * Finds how a resource could be read incrementally: the time in its rows, and the request parameter for a
 * time.
 */
import type {ConfigObject} from '../config/define.ts';
import {asObject} from '../config/tree.ts';
import type {JsonRecord} from '../core/page.ts';
import {isTimeParam, timeKindOf} from '../import/column-names.ts';
import {fieldsOf, isTime, valueIn} from '../import/values.ts';

export interface FoundTime {
	/** The path to the time, such as `updated_at` or `attributes.updated`. */
	readonly path: string;
	/** Whether its name is that of the last change; otherwise it is the time of the row's creation. */
	readonly isOfChange: boolean;
}

/** Columns with times in all rows. Times of the last change come first. */
export function timesIn(rows: readonly JsonRecord[]): FoundTime[] {
	const found = fieldsOf(rows).flatMap((path): FoundTime[] => {
		const kind = timeKindOf(path.split('.').at(-1) ?? '');
		if (kind === undefined || !rows.every(row => isTime(valueIn(row, path)))) return [];
		return [{path, isOfChange: kind === 'change'}];
	});
	return [...found.filter(({isOfChange}) => isOfChange), ...found.filter(({isOfChange}) => !isOfChange)];
}

export interface TimeParam {
	readonly name: string;
	readonly value: string;
}

/** The parameter of the request that asks for rows from a time on. */
export function timeParamOf(params: object): TimeParam | undefined {
	for (const [name, value] of Object.entries(params)) {
		if (typeof value !== 'string' || !isTimeParam(name)) continue;
		if (isTime(value) || isTime(/^\d{10}(\d{3})?$/.test(value) ? Number(value) : undefined))
			return {name, value};
	}
	return undefined;
}

/** Whether the request of a config has such a parameter. */
export function takesTime({resources}: ConfigObject): boolean {
	return timeParamOf(asObject(asObject(asObject(resources?.[0]).endpoint).params)) !== undefined;
}

/** The time format of such a parameter, if it differs from that of the rows. */
export function formatOf(param: string, inRows: unknown): string | undefined {
	const kindOf = (text: string): string => {
		if (/^\d{13}$/.test(text)) return 'epoch_ms';
		if (/^\d{10}$/.test(text)) return 'epoch';
		return /^\d{4}-\d\d-\d\d$/.test(text) ? 'date' : 'iso';
	};
	const wanted = kindOf(param);
	return wanted === kindOf(String(inRows)) ? undefined : wanted;
}
