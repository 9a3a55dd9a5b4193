/** Puts another value in the place of a field, at places or at any depth, always or under a condition. */
import {isTruth} from '../../src/core/expression.ts';
import {anyPlace} from './anywhere.ts';
import {recordExpression} from './expression.ts';
import type {Edit} from './place.ts';
import type {Change} from './step.ts';

export interface ChangeOptions {
	/** Names and paths; `**.name` is a field at any depth, `**` every value that is no object or list. */
	readonly fields: readonly string[];
	/** An expression for the new value. It reads `value`, the old one, and `record`, the record before the step. */
	readonly to: string;
	/** An expression about the same. @default all are changed */
	readonly when?: string | undefined;
}

export function change({fields, to, when}: ChangeOptions): Change {
	const places = fields.map(anyPlace);
	const made = recordExpression(to, 'change.to', ['value']);
	const holds = when === undefined ? undefined : recordExpression(when, 'change.when', ['value']);
	return (record, place) => {
		const edit: Edit = value =>
			holds && !isTruth(holds(record, place, {value})) ? value : made(record, place, {value});
		return places.reduce((result, editAll) => editAll(result, edit), record);
	};
}
