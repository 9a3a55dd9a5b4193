/** Placeholders that get a new value for each request: `{resources.users.id}`, `{partitions.region}`. */
import {type Path, parsePath} from '../core/path.ts';
import {messageOf} from '../core/stage.ts';

/** A path into the row of a resource, or the value of a list of partitions. */
export type Reference = {readonly resource: string; readonly path: Path} | {readonly partition: string};

/** Whether the name in braces means such a value, rightly written or not. */
export function isReference(placeholder: string): boolean {
	return /^(resources|partitions)(\.|$)/.test(placeholder);
}

/** The reference, or what is wrong with it. */
export function parseReference(placeholder: string): Reference | {readonly problem: string} {
	const [, partition] = /^partitions\.(\w+)$/.exec(placeholder) ?? [];
	if (partition !== undefined) return {partition};
	const [, resource, path] = /^resources\.([^.[]+)\.?((?<=\.)[^.].*|\[.+)$/.exec(placeholder) ?? [];
	if (resource === undefined || path === undefined) {
		const form = placeholder.startsWith('partitions') ? '{partitions.<name>}' : '{resources.<parent>.<field>}';
		return {problem: `cannot read {${placeholder}}; write ${form}`};
	}
	try {
		return {resource, path: parsePath(path)};
	} catch (error) {
		return {problem: `cannot read {${placeholder}}: ${messageOf(error)}`};
	}
}
