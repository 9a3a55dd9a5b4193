/** Placeholders with a new value for each request: `{resources.users.id}`, `{partitions.region}`. */
import {type Path, parsePath} from '../../core/path/path.ts';
import {messageOf} from '../../core/stage.ts';
import {WHOLE} from './in-path.ts';

/** A path into the row of a resource, or of one of several: `posts|pages`. */
export interface RowReference {
	readonly resource: string;
	readonly path: Path;
	/** Whether its slashes are encoded too in a path. */
	readonly isWhole?: boolean;
	/** Whether a request goes out without the value: an expression reads it. */
	readonly isOptional?: boolean;
}

/** A value of a row, or of a list of partitions. */
export type Reference = RowReference | {readonly partition: string; readonly isWhole?: boolean};

/** The resources in `posts|pages`, in order. */
export function alternatives(node: string): readonly string[] {
	return node.split('|');
}

interface Problem {
	readonly problem: string;
}

/** Whether the name in braces is meant as a reference, even if it is misspelled. */
export function isReference(placeholder: string): boolean {
	return /^(resources|partitions)(\.|$)/.test(placeholder);
}

/** The reference, or its fault. */
export function parseReference(text: string): Reference | Problem {
	const isWhole = text.endsWith(WHOLE);
	const placeholder = isWhole ? text.slice(0, -WHOLE.length) : text;
	const reference = parse(placeholder);
	return isWhole && !('problem' in reference) ? {...reference, isWhole} : reference;
}

function parse(placeholder: string): Reference | Problem {
	const [, partition] = /^partitions\.(\w+)$/.exec(placeholder) ?? [];
	if (partition !== undefined) return {partition};
	const [, resource, path] = /^resources\.([^.[]+)\.?((?<=\.)[^.].*|\[.+)$/.exec(placeholder) ?? [];
	if (resource === undefined || path === undefined) {
		const form = placeholder.startsWith('partitions')
			? '{partitions.<name>}'
			: '{resources.<parent>.<field>}';
		return {problem: `cannot read {${placeholder}}; write ${form}`};
	}
	const names = alternatives(resource);
	if (names.includes(''))
		return {problem: `cannot read {${placeholder}}; write {resources.<one>|<other>.<field>}`};
	const twice = names.find((name, index) => names.indexOf(name) < index);
	if (twice !== undefined) return {problem: `{${placeholder}} names ${twice} twice`};
	try {
		return {resource, path: parsePath(path)};
	} catch (error) {
		return {problem: `cannot read {${placeholder}}: ${messageOf(error)}`};
	}
}

/**
 * The value that a record gets from a parent: a path into the row of the only parent, or
 * `{resources.users.id}`.
 */
export function parseIncluded(text: string): RowReference | {readonly path: Path} | Problem {
	if (!/^\{.*\}$/s.test(text)) {
		try {
			return {path: parsePath(text)};
		} catch (error) {
			return {problem: messageOf(error)};
		}
	}
	const reference = parseReference(text.slice(1, -1));
	return 'partition' in reference
		? {problem: `${text} is no value of a row; write {resources.<parent>.<field>}`}
		: reference;
}
