/** Overrides one value of the config: `--set resources.contacts.endpoint.path=/v2`. */
import {parseDocument} from 'yaml';
import type {Finding} from '../finding.ts';
import {type ConfigPath, formatPath, isPlainObject, setIn} from '../tree.ts';
import type {Alternative} from './validate.ts';

export interface Overridden {
	readonly paths: readonly ConfigPath[];
	readonly problems: readonly Finding[];
	readonly alternatives: readonly Alternative[];
}

/**
 * Applies `path=value` in order, in place. A path is `a.b[0].c`; in a list of resources, a name stands for
 * its index. A value is taken as text. Only if the schema refuses the text, it is read as a number, true or
 * false, a list or an object, and an empty one as null. A list or an object in JSON is always read as such
 * where one is allowed.
 */
export function override(tree: unknown, settings: readonly string[]): Overridden {
	const paths: ConfigPath[] = [];
	const problems: Finding[] = [];
	const alternatives: Alternative[] = [];
	for (const setting of settings) {
		const [, steps, text = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
		const wanted = steps === undefined ? undefined : parseSteps(steps);
		if (!wanted) {
			problems.push({
				path: [],
				message: `cannot read ${JSON.stringify(name(setting))}; write --set a.b[0].c=value`,
			});
			continue;
		}
		const json = jsonIn(text);
		const done = put(tree, wanted, before => json ?? asBefore(before, text) ?? text);
		if (typeof done === 'string') {
			problems.push({path: wanted, message: done});
			continue;
		}
		paths.push(done);
		const other = json === undefined ? meant(text) : text;
		if (other !== undefined) alternatives.push({path: done, value: other});
	}
	return {paths, problems, alternatives};
}

// The part before "=", as the rest may be a secret.
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

function jsonIn(text: string): object | undefined {
	if (!/^\s*[[{]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

// A body may hold any type, so the schema cannot decide; the type of the earlier value can.
function asBefore(before: unknown, text: string): unknown {
	const value = typeof before === 'number' || typeof before === 'boolean' ? meant(text) : undefined;
	return typeof value === typeof before ? value : undefined;
}

const booleans = new Map([
	['true', true],
	['false', false],
]);

/**
 * The value of a text where text is not allowed; `undefined` if it has no other value, or would lose digits.
 */
function meant(text: string): unknown {
	if (text === '' || text === 'null') return null;
	if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
		const number = Number(text);
		return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : number;
	}
	if (/^\s*[[{].*[\]}]\s*$/s.test(text)) {
		const document = parseDocument(text, {strict: true});
		return document.errors.length > 0 ? undefined : document.toJS();
	}
	return booleans.get(text.toLowerCase());
}

// The path with indices in place of names, or the reason why it leads nowhere.
function put(
	tree: unknown,
	steps: ConfigPath,
	valueAfter: (before: unknown) => unknown,
): ConfigPath | string {
	const path: (string | number)[] = [];
	let owner = tree;
	for (const [depth, step] of steps.entries()) {
		const last = depth === steps.length - 1;
		let key: string | number;
		if (Array.isArray(owner)) {
			// An index equal to the number of items appends an item.
			const index = step === owner.length ? step : indexOf(owner, String(step));
			if (index === undefined)
				return `--set leads nowhere: ${formatPath(path)} has no ${String(step)}${choices(owner)}`;
			key = index;
		} else if (isPlainObject(owner)) {
			key = String(step);
		} else {
			return `--set leads nowhere: ${formatPath(path) || 'the config'} is not an object`;
		}
		path.push(key);
		const container = owner as Record<string | number, unknown>;
		const next = Object.hasOwn(container, key) ? container[key] : undefined;
		if (last) setIn(owner, key, valueAfter(next));
		else {
			if (next === undefined || next === null)
				setIn(owner, key, typeof steps[depth + 1] === 'number' ? [] : {});
			else if (typeof next === 'string') {
				// An object that an earlier setting has put there as a text.
				const object = meant(next);
				setIn(
					owner,
					key,
					isPlainObject(object) || Array.isArray(object) ? object : (spelledOut(path, next) ?? next),
				);
			}
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
	const names = list.flatMap(item =>
		typeof item === 'string' ? [item] : isPlainObject(item) ? [String(item.name)] : [],
	);
	return names.length > 0 ? `; there are: ${names.slice(0, 12).join(', ')}` : `; it holds ${list.length}`;
}

// The full forms of a short resource, endpoint and paginator, so that a key can be added.
function spelledOut(path: ConfigPath, short: string): object | undefined {
	if (path.length === 2 && path[0] === 'resources') return {name: short};
	if (path.at(-1) === 'endpoint') return {path: short};
	return path.at(-1) === 'paginator' ? {type: short} : undefined;
}
