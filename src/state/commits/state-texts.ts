/**
 * Long texts in the states of a record, such as the hashes of many rows: they are files beside the log, named
 * by their content. Each is written once, and not again with every record that has it.
 */
import {createHash} from 'node:crypto';
import {readFile, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {
	ignoreCodes,
	linkNew,
	makeFolder,
	pathsIn,
	removeThrough,
	syncFolder,
	writeDurably,
} from '../../core/files/durable.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import type {Commit, ResourceProgress} from '../commit.ts';
import type {Layout} from '../folders/layout.ts';

/** A text with more characters is a file. */
const LONG = 16_384;
const PREFIX = 'text:sha256:';
const reference = /^text:sha256:[0-9a-f]{64}$/;

export interface Texts {
	/**
	 * The record to store, with names in place of long texts. When it resolves, the named files are durable.
	 */
	stored(commit: Commit): Promise<Commit>;
	/** Removes files that the last stored record does not name. */
	prune(): Promise<void>;
}

/** `claim` is the folder through which all new and removed files pass. */
export async function writeStateTexts(
	{texts: folder}: Layout,
	claim: string,
	last: Commit | undefined,
): Promise<Texts> {
	const present = new Set((await pathsIn(folder)).map(path => basename(path)));
	let named = namesIn(last);

	async function write(name: string, text: string): Promise<void> {
		const draft = join(claim, name);
		try {
			await writeDurably(draft, text);
			await linkNew(draft, join(folder, name)).catch(error => ignoreCodes(error, 'EEXIST'));
		} finally {
			await rm(draft, {force: true});
		}
		present.add(name);
	}

	return {
		async stored(commit) {
			const found = new Map<string, string>();
			const standings = eachState(commit, state =>
				replaced(state, text => (text.length > LONG ? put(text, found) : text)),
			);
			named = namesIn({...commit, progress: standings});
			const fresh = [...found].filter(([name]) => !present.has(name));
			if (fresh.length === 0) return {...commit, progress: standings};
			await makeFolder(folder);
			for (const [name, text] of fresh) await write(name, text);
			await syncFolder(folder);
			return {...commit, progress: standings};
		},
		async prune() {
			for (const name of present) {
				if (named.has(name)) continue;
				await removeThrough(join(folder, name), claim);
				present.delete(name);
			}
		},
	};
}

/**
 * The record as it was before it was stored. A missing or damaged text stays a name, so that the state can
 * still be reset.
 */
export async function withTexts({texts: folder}: Layout, commit: Commit): Promise<Commit> {
	const found = new Map<string, string>();
	for (const name of namesIn(commit)) {
		const text = await readFile(join(folder, name), 'utf8').catch(error => ignoreCodes(error, 'ENOENT'));
		if (text !== undefined && digest(text) === name) found.set(PREFIX + name, text);
	}
	if (found.size === 0) return commit;
	return {...commit, progress: eachState(commit, state => replaced(state, text => found.get(text) ?? text))};
}

/** Paths of the files that a record needs. */
export function textFiles({texts: folder}: Layout, commit: Commit): string[] {
	return [...namesIn(commit)].map(name => join(folder, name));
}

function put(text: string, found: Map<string, string>): string {
	const name = digest(text);
	found.set(name, text);
	return PREFIX + name;
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

function namesIn(commit: Commit | undefined): Set<string> {
	const names = new Set<string>();
	if (commit)
		eachState(commit, state =>
			replaced(state, text => {
				if (text.length === PREFIX.length + 64 && reference.test(text)) names.add(text.slice(PREFIX.length));
				return text;
			}),
		);
	return names;
}

// States and cursors may have such texts: a cursor may name the parents that are done.
function eachState(
	{progress: standings}: Commit,
	change: (state: JsonValue) => JsonValue,
): Commit['progress'] {
	return new Map(
		[...standings].map(([resource, standing]) => {
			const [state, before] = [change(standing.state), change(standing.before)] as [JsonObject, JsonObject];
			const cursor = standing.cursor === undefined ? {} : {cursor: change(standing.cursor)};
			return [resource, {...standing, ...cursor, state, before} satisfies ResourceProgress];
		}),
	);
}

// A value without a text to replace stays the same object.
function replaced(value: JsonValue, change: (text: string) => string): JsonValue {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) {
		const items = value.map(item => replaced(item, change));
		return items.every((item, index) => item === value[index]) ? value : items;
	}
	if (!isObject(value)) return value;
	const entries = Object.entries(value).map(([key, item]) => [key, replaced(item, change)] as const);
	return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}
