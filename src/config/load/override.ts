/** `--set resources.contacts.endpoint.path=/v2`: one value of the config, changed from outside. */
import {isScalar, parseDocument} from 'yaml';
import type {Finding} from '../finding.ts';
import {assign, type ConfigPath, formatPath, isPlainObject} from '../tree.ts';
import type {Alternative} from './validate.ts';

export interface Overridden {
	readonly paths: readonly ConfigPath[];
	readonly problems: readonly Finding[];
	readonly alternatives: readonly Alternative[];
}

/**
 * Applies `path=value` in order, in place. A path is `a.b[0].c`; in a list of resources a name stands for its index. A value
 * is read as a YAML scalar, `[list]` or `{object}`; where the schema wants text, it stays the text it was.
 */
export function override(tree: unknown, settings: readonly string[]): Overridden {
	const paths: ConfigPath[] = [];
	const problems: Finding[] = [];
	const alternatives: Alternative[] = [];
	for (const setting of settings) {
		const [, steps, text = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
		const wanted = steps === undefined ? undefined : parseSteps(steps);
		if (!wanted) {
			problems.push({path: [], message: `cannot read ${JSON.stringify(name(setting))}; write --set a.b[0].c=value`});
			continue;
		}
		const done = put(tree, wanted, parseValue(text));
		if (typeof done === 'string') problems.push({path: wanted, message: done});
		else {
			paths.push(done);
			alternatives.push({path: done, value: text});
		}
	}
	return {paths, problems, alternatives};
}

// The part before "=": the rest may be a secret.
function name(setting: string): string {
	return setting.split('=', 1)[0] ?? '';
}

function parseSteps(text: string): ConfigPath | undefined {
	const steps: (string | number)[] = [];
	const step = /(?:^|\.)([^.[\]]+)|\[(\d+)\]|\["([^"]*)"\]/y;
	while (step.lastIndex < text.length) {
		const found = step.exec(text);
		if (!found) return undefined;
		steps.push(found[2] === undefined ? (found[1] ?? found[3] ?? '') : Number(found[2]));
	}
	return steps;
}

function parseValue(text: string): unknown {
	const document = parseDocument(text, {strict: true});
	if (document.errors.length > 0) return text;
	return isScalar(document.contents) || /^\s*[[{]/.test(text) || text === '' ? (document.toJS() ?? null) : text;
}

// The path that was meant, with indices in place of names; or why it leads nowhere.
function put(tree: unknown, steps: ConfigPath, value: unknown): ConfigPath | string {
	const path: (string | number)[] = [];
	let owner = tree;
	for (const [depth, step] of steps.entries()) {
		const last = depth === steps.length - 1;
		let key: string | number;
		if (Array.isArray(owner)) {
			const index = indexOf(owner, String(step));
			if (index === undefined) return `--set leads nowhere: ${formatPath(path)} has no ${String(step)}${choices(owner)}`;
			key = index;
		} else if (isPlainObject(owner)) {
			key = String(step);
		} else {
			return `--set leads nowhere: ${formatPath(path) || 'the config'} is not an object`;
		}
		path.push(key);
		const container = owner as Record<string | number, unknown>;
		if (last) assign(owner, key, value);
		else {
			const next = Object.hasOwn(container, key) ? container[key] : undefined;
			if (next === undefined || next === null) assign(owner, key, {});
			else if (typeof next === 'string') assign(owner, key, spelledOut(path, next) ?? next);
			owner = container[key];
		}
	}
	return path;
}

function indexOf(list: readonly unknown[], step: string): number | undefined {
	const index = /^\d+$/.test(step)
		? Number(step)
		: list.findIndex(item => item === step || (isPlainObject(item) && item.name === step));
	return index >= 0 && index < list.length ? index : undefined;
}

function choices(list: readonly unknown[]): string {
	const names = list.flatMap(item => (typeof item === 'string' ? [item] : isPlainObject(item) ? [String(item.name)] : []));
	return names.length > 0 ? `; there are: ${names.slice(0, 12).join(', ')}` : `; it holds ${list.length}`;
}

// The short forms of a resource, an endpoint and a paginator, in full, so that there is room for a key.
function spelledOut(path: ConfigPath, short: string): object | undefined {
	if (path.length === 2 && path[0] === 'resources') return {name: short};
	if (path.at(-1) === 'endpoint') return {path: short};
	return path.at(-1) === 'paginator' ? {type: short} : undefined;
}
