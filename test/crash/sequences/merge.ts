/** What a merge leaves, told by plain lists of rows. */
import type {Entries, Entry} from './model.ts';
import type {ResourceScene} from './scene.ts';

/** `came`: the rows of the run, as they came. */
export function mergedInto(there: Entries, came: Entries, scene: ResourceScene): Entries {
	const keyOf = ({row}: Entry): string => JSON.stringify(scene.key.map(name => row[name]));
	const winners = new Map<string, Entry>();
	for (const entry of came) {
		const known = winners.get(keyOf(entry));
		if (known && isOrdered(scene) && revOf(known) > revOf(entry)) continue;
		winners.set(keyOf(entry), entry);
	}
	for (const entry of scene.isIncremental ? there : []) {
		const winner = winners.get(keyOf(entry));
		if (winner && revOf(entry) > revOf(winner)) winners.delete(keyOf(entry));
	}
	// Files in another format are about to be replaced by the resource that has them.
	const isSuperseded = (entry: Entry): boolean =>
		entry.format === came[0]?.format && winners.has(keyOf(entry));
	const staying = [...winners.values()].filter(({row}) => !(scene.hasDeletes && row.gone));
	return [...there.filter(entry => !isSuperseded(entry)), ...staying];
}

function isOrdered({isSorted, isIncremental}: ResourceScene): boolean {
	return isSorted || isIncremental;
}

// A row that was written without its cursor is older than any.
function revOf({row, select}: Entry): number {
	return row.rev === undefined || select?.includes('rev') === false ? -1 : row.rev;
}
