/** Where the files of a dataset are. */
import {basename, dirname, join, relative, sep} from 'node:path';
import {StateError} from '../../core/errors.ts';

/**
 * ```
 * out/contacts             a symbolic link to the tables of the last switch, for the globs of readers
 * out/.sluice/contacts/
 *   log/000000000012.json  one record for each commit; the last one is complete
 *   data-000000000007/     made by commit 7, the last that removed anything
 *     contacts/*.parquet   parts, including those of later commits that only add
 *   pending/               parts of a run whose rows are visible only at its end (replace, merge)
 *   staging/<writer>/      uncommitted files of one process; no record lists them
 *     claim/               the folder through which its commits move files
 *   texts/                 long texts of the states in the last record, by the hash of their content
 *   lock/                  the process that may write
 * ```
 * Files outside `data-*` have names that end in `.part`, so that no glob for `*.parquet` finds them.
 */
export interface Layout {
	/** The folder of all datasets: `out`. */
	readonly root: string;
	/** The name of the dataset, and of its main table: `contacts`. */
	readonly name: string;
	readonly home: string;
	readonly log: string;
	readonly pending: string;
	readonly staging: string;
	readonly texts: string;
	readonly lock: string;
}

/** The folder below the root; hidden, and shared by all datasets. */
export const STORE = '.sluice';

export function layoutOf(root: string, name: string): Layout {
	const home = below(join(root, STORE), name);
	return {
		root,
		name,
		home,
		log: join(home, 'log'),
		pending: join(home, 'pending'),
		staging: join(home, 'staging'),
		texts: join(home, 'texts'),
		lock: join(home, 'lock'),
	};
}

// With a name that leads out of its folder, a run would write to, or remove, files outside the dataset.
function below(folder: string, name: string): string {
	const path = join(folder, name);
	const steps = relative(folder, path).split(sep);
	if (steps[0] !== '..' && steps[0] !== '' && !name.includes('\0')) return path;
	throw new StateError(
		`${JSON.stringify(name)} cannot name a table: it leads out of ${folder}. Give the resource another ` +
			'table_name',
	);
}

/** A version in a file name, padded so that names sort in the order of versions. */
export function paddedVersion(version: number): string {
	return String(version).padStart(12, '0');
}

export function dataFolder({home}: Layout, data: number): string {
	return join(home, `data-${paddedVersion(data)}`);
}

// A file name has up to 255 bytes, and five of them are `.part`.
const MOST_BYTES = 250;

/** The path of a part before it is visible: a flat name, which no glob for data files matches. */
export function stagedName(folder: string, path: string): string {
	const flat = path.replaceAll('/', '+');
	// Names of parts are unique even without their folders.
	const name = Buffer.byteLength(flat) > MOST_BYTES ? `long+${basename(path)}` : flat;
	return join(folder, `${name}.part`);
}

/** The folder where readers see a table. */
export function visibleFolder({root}: Layout, table: string): string {
	return below(root, table);
}

/** The target of a table's symbolic link: relative, so that the root can be moved as a whole. */
export function linkOf(layout: Layout, table: string, data: number): string {
	return relative(dirname(visibleFolder(layout, table)), join(dataFolder(layout, data), table));
}
