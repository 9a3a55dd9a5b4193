/**
 * Finds texts of `add` that are meant as a value of the request. In `add`, a placeholder is a field of the
 * row, so such a text would be empty.
 */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {placeholders} from '../placeholders/braces.ts';
import {rangeName} from '../placeholders/range.ts';
import {asObject, eachText, type PlainObject} from '../tree.ts';

export function checkAdded(resources: readonly Inherited[]): Finding[] {
	const names = new Set(resources.map(({name}) => name));
	return resources.flatMap(resource => foundIn(resource, names));
}

function foundIn({keys, placeOf}: Inherited, names: ReadonlySet<string>): Finding[] {
	const steps: readonly unknown[] = Array.isArray(keys.processing_steps) ? keys.processing_steps : [];
	return steps.flatMap((step, index) => {
		const found: Finding[] = [];
		eachText(asObject(step).add, (text, below) => {
			for (const name of below.length === 1 ? placeholders(text) : []) {
				const message = problem(name, keys, names);
				if (message !== undefined)
					found.push({path: placeOf('processing_steps', index, 'add', ...below), message});
			}
		});
		return found;
	});
}

function problem(name: string, {partitions}: PlainObject, names: ReadonlySet<string>): string | undefined {
	const here = `{${name}} means a field of the row here,`;
	if (rangeName(name))
		return (
			`${here} not the range that was asked for. If the rows have no time, leave this out and set ` +
			'on_cursor_value_missing: include; with step, the next run then begins where the last range ended'
		);
	const [root, owner = '', ...rest] = name.split('.');
	if (root === 'resources' && rest.length > 0 && owner.split('|').every(one => names.has(one)))
		return (
			`${here} not one of its parent; use include_from_parent: [${rest.join('.')}] or {expression: "{{ ` +
			`${name} }}"}`
		);
	if (root === 'partitions' && Object.hasOwn(asObject(partitions), owner))
		return `${here} not a value of partitions; use {expression: "{{ ${name} }}"}`;
	return undefined;
}
