/** Joins small parts when a run is over. */
import {dirname} from 'node:path';
import type {Part} from '../../../src/state/commit.ts';
import type {Target} from '../../../src/state/target.ts';
import type {FileFormat} from '../../formats/format.ts';
import {jsonlFormat} from '../../formats/jsonl/format.ts';
import type {PartMaker} from './parts.ts';

export interface CompactOptions {
	readonly dataset: Target;
	readonly maker: PartMaker;
	readonly format: FileFormat;
	/** Bytes up to which parts are joined. Parts of half the size or more stay as they are. */
	readonly partBytes: number;
	/** Ends the work; the parts stay as they are. */
	readonly signal: AbortSignal;
}

/** `parts` hold the same rows in the same order; `replaced` are the parts that were joined. */
export async function compactParts(
	written: readonly Part[],
	{dataset, maker, format, partBytes, signal}: CompactOptions,
): Promise<{parts: Part[]; replaced: Part[]}> {
	const parts: Part[] = [];
	const replaced: Part[] = [];
	for (const group of groups(written, partBytes)) {
		const [first] = group;
		const own = first?.kind === 'rows' ? format : jsonlFormat;
		const join = own.join?.bind(own);
		if (!first || group.length === 1 || !join) {
			parts.push(...group);
			continue;
		}
		const {table, kind} = first;
		const folder = {table, path: dirname(first.path), kind, format: own};
		const rows = group.reduce((sum, part) => sum + part.rows, 0);
		const paths = await Promise.all(group.map(part => dataset.fetch(part)));
		parts.push(await maker.make(folder, rows, output => join(paths, output, {signal})));
		replaced.push(...group);
	}
	return {parts, replaced};
}

/**
 * How many small parts of one folder are joined at the least: with fewer, it is not worth writing their rows
 * again in each run.
 */
const MANY = 8;

/**
 * Joins small parts of earlier runs, of which each merge leaves a few. Only parts that certainly have the
 * same columns are joined; `parts` are the new ones alone.
 */
export async function compactedEarlier(
	visible: readonly Part[],
	options: CompactOptions,
): Promise<{parts: Part[]; replaced: Part[]}> {
	const {format, partBytes} = options;
	const alike = new Map<string, Part[]>();
	for (const part of visible) {
		const isSure = part.columns !== undefined || format.extension.startsWith('jsonl');
		if (part.kind !== 'rows' || part.rows === 0 || part.bytes >= partBytes / 2 || !isSure) continue;
		if (!part.path.endsWith(`.${format.extension}`)) continue;
		const key = `${part.columns ?? ''} ${dirname(part.path)}`;
		alike.set(key, [...(alike.get(key) ?? []), part]);
	}
	const parts: Part[] = [];
	const replaced: Part[] = [];
	for (const group of [...alike.values()].flatMap(each => groups(each, partBytes))) {
		if (group.length < MANY) continue;
		const joined = await compactParts(group, options);
		parts.push(...joined.parts);
		replaced.push(...joined.replaced);
	}
	return {parts, replaced};
}

// Neighbours in one folder, as many as fill a part.
function groups(written: readonly Part[], partBytes: number): Part[][] {
	const all: Part[][] = [];
	const open = new Map<string, {parts: Part[]; bytes: number}>();
	for (const part of written) {
		const folder = dirname(part.path);
		const group = open.get(folder);
		if (part.bytes >= partBytes / 2) {
			open.delete(folder);
			all.push([part]);
		} else if (group && group.bytes + part.bytes <= partBytes) {
			group.parts.push(part);
			group.bytes += part.bytes;
		} else {
			const parts = [part];
			open.set(folder, {parts, bytes: part.bytes});
			all.push(parts);
		}
	}
	return all;
}
