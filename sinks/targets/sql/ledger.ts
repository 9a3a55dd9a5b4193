/**
 * The rows of a dataset by table, resource and run, as the parts of its last commit. The rows of all runs that
 * have ended are one entry, so that the record does not grow with the number of runs.
 */
import type {Commit, Part} from '../../../src/state/commit.ts';

/** Stands for all runs that have ended. */
const EARLIER = 'earlier';

export class Ledger {
	readonly #extension: string;
	#parts: Part[];

	constructor(parts: readonly Part[] | undefined, extension: string) {
		this.#parts = [...(parts ?? [])];
		this.#extension = extension;
	}

	add(part: Part, rows = part.rows): void {
		if (rows > 0) this.#parts.push({...part, rows});
	}

	/** The tables in which a resource has rows. */
	tablesOf(resource: string): string[] {
		const own = this.#parts.filter(part => part.resource === resource && part.kind === 'rows');
		return [...new Set(own.map(({table}) => table))];
	}

	removeResource(resource: string): void {
		this.#parts = this.#parts.filter(part => part.resource !== resource);
	}

	remove({table, kind, resource, run}: Part): void {
		this.#parts = this.#parts.filter(
			part => part.table !== table || part.kind !== kind || part.resource !== resource || part.run !== run,
		);
	}

	/** Notes that rows of a run are gone. */
	subtract(table: string, {resource, run}: {resource: string; run: string}, rows: number): void {
		let left = rows;
		const isOf = (part: Part, name: string): boolean =>
			part.kind === 'rows' && part.table === table && part.resource === resource && part.run === name;
		this.#parts = this.#parts.map(part => {
			if (left === 0 || !(isOf(part, run) || isOf(part, EARLIER))) return part;
			const gone = Math.min(left, part.rows);
			left -= gone;
			const bytes = part.rows === 0 ? 0 : Math.round((part.bytes * (part.rows - gone)) / part.rows);
			return {...part, rows: part.rows - gone, bytes};
		});
	}

	/** The entries, one for each table, kind and resource, and for each run that goes on. */
	entries({progress: standings}: Pick<Commit, 'progress'>): Part[] {
		const open = new Set([...standings.values()].filter(of => !of.isFinished).map(({run}) => run));
		const found = new Map<string, Part>();
		for (const part of this.#parts) {
			const {table, kind, resource} = part;
			const run = open.has(part.run) ? part.run : EARLIER;
			const key = JSON.stringify([table, kind, resource, run]);
			const {rows = 0, bytes = 0} = found.get(key) ?? {};
			const path =
				kind === 'rejects'
					? `${table}/_rejects/${resource}-${run}.jsonl`
					: `${table}/${resource.replaceAll('.', '_')}-${run}.${this.#extension}`;
			found.set(key, {
				...{path, table, kind, resource, run},
				...{rows: rows + part.rows, bytes: bytes + part.bytes, sha256: ''},
			});
		}
		return [...found.values()].filter(({rows}) => rows > 0);
	}
}
