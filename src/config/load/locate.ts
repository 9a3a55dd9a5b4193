/** Finds the line and column of a path in the config. */
import {type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair} from 'yaml';
import type {ConfigPath} from '../tree.ts';

export interface SourcePosition {
	/** The line, from 1, as the column. */
	readonly line: number;
	readonly column: number;
}

/** The position of a value (or its key). For a missing value, it is that of the nearest value around it. */
export type Locate = (path: ConfigPath, atKey?: boolean) => SourcePosition | undefined;

export function locator(document: Document, lines: LineCounter): Locate {
	return (path, atKey = false) => {
		let node: Node | null | undefined = document.contents;
		let offset = node?.range?.[0] ?? 0;
		for (const [depth, step] of path.entries()) {
			if (isAlias(node)) node = node.resolve(document);
			const pair: Pair | undefined = isMap(node)
				? node.items.find(item => keyOf(item) === String(step))
				: undefined;
			const next = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
			if (next === undefined) break;
			const key = (pair?.key as Node | undefined)?.range?.[0];
			const value = (next as Node | null)?.range?.[0];
			offset = (atKey && depth === path.length - 1 ? key : value) ?? key ?? offset;
			node = next as Node | null;
		}
		const {line, col} = lines.linePos(offset);
		return {line, column: col};
	};
}

function keyOf(pair: Pair): string {
	return String(isScalar(pair.key) ? pair.key.value : pair.key);
}
