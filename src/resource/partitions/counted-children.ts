/**
 * Compares the number of children that a parent states in its own row, such as `comments_count: 3` beside
 * `/posts/{id}/comments`, with a list of children that is empty.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {isWholeNumber, plainName, sizeName} from '../paging/known-places.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import type {Partition} from './partitions.ts';

export interface CountedChildren {
	/** Takes a partition whose walk has ended without a row. */
	none(partition: Partition): void;
	/** Warns before the walk ends. */
	tell(): void;
}

type Options = Pick<WalkOptions, 'name' | 'path' | 'params' | 'onWarning'>;

export function countedChildren({name, path, params, onWarning}: Options): CountedChildren {
	// A filter may leave all of them out.
	const inPath = new URLSearchParams(path?.split('?')[1]);
	const isFiltered = [...inPath.keys(), ...Object.keys(params ?? {})].some(
		key => !sizeName.test(plainName(key)),
	);
	const names = namesOf([name, lastSegment(path)]);
	let first: string | undefined;
	let count = 0;
	let isTold = false;

	return {
		none({bindings}) {
			const [binding, ...others] = bindings;
			if (!binding || others.length > 0 || binding.range || isFiltered) return;
			const [row, ...rest] = Object.values(binding.rows);
			if (!isObject(row) || rest.length > 0) return;
			const found = Object.keys(row).find(
				key => names.has(plainName(key)) && isMany(ownValue(row as JsonObject, key)),
			);
			if (found === undefined) return;
			count++;
			first ??= `${binding.where}: "${found}" is ${String(ownValue(row as JsonObject, found))}`;
		},
		tell() {
			if (count === 0 || isTold) return;
			isTold = true;
			const who = count === 1 ? '1 parent got no row and states' : `${count} parents got no row and state`;
			const message = `${who} that there are some (${first}). If that counts other rows, ignore this`;
			onWarning?.({code: 'total-not-reached', resource: name, message});
		},
	};
}

// `comments`: comments_count, commentCount, num_comments, total_comments, comments.
function namesOf(nouns: readonly (string | undefined)[]): ReadonlySet<string> {
	const all = new Set<string>();
	for (const noun of nouns) {
		const many = plainName(noun ?? '');
		if (many.length < 3) continue;
		const one = many.replace(/ies$/, 'y').replace(/s$/, '');
		all.add(many);
		for (const word of [one, many])
			for (const text of [
				`${word}count`,
				`${word}total`,
				`num${word}`,
				`n${word}`,
				`total${word}`,
				`numberof${word}`,
			])
				all.add(text);
	}
	return all;
}

function lastSegment(path: string | undefined): string | undefined {
	return path
		?.replace(/[?#].*/s, '')
		.split('/')
		.filter(segment => segment !== '' && !segment.includes('{'))
		.at(-1);
}

function isMany(value: JsonValue | undefined): boolean {
	return isWholeNumber(value) && Number(value) > 0;
}
