/** The commits of a dataset in a store: one object each, created once and never changed. */
import {type Commit, parseCommit, serializeCommit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import {LostCommitError} from './table-log.ts';

/** The last record is complete by itself; older ones are for people who examine the history. */
const KEPT_RECORDS = 100;
const DIGITS = 12;

export class RecordLog {
	readonly #store: Store;
	readonly #folder: string;
	/** In ascending order. */
	#versions: readonly number[] = [];

	constructor(store: Store, name: string) {
		this.#store = store;
		this.#folder = `_sluice/${encodeURIComponent(name)}/commits/`;
	}

	/** The names of all datasets in a store. */
	static async names(store: Store): Promise<string[]> {
		const names = new Set<string>();
		for await (const key of store.list('_sluice/')) {
			const name = /^_sluice\/([^/]+)\/commits\//.exec(key)?.[1];
			if (name !== undefined) names.add(decodeURIComponent(name));
		}
		return [...names];
	}

	/** Finds the records. */
	async open(): Promise<void> {
		const versions: number[] = [];
		for await (const key of this.#store.list(this.#folder)) {
			const number = Number(/^(\d+)\.json$/.exec(key.slice(this.#folder.length))?.[1] ?? 0);
			if (number > 0) versions.push(number);
		}
		this.#versions = versions;
	}

	/** The records from the newest to the oldest. */
	async *newestFirst(): AsyncGenerator<Commit> {
		for (const version of [...this.#versions].reverse()) {
			const key = this.#key(version);
			const text = await this.#store.get(key);
			if (text) yield parseCommit(text.toString(), `${this.#store.location}/${key}`);
		}
	}

	/** A number that no record has had. */
	get nextVersion(): number {
		return (this.#versions.at(-1) ?? 0) + 1;
	}

	/** Creates the record of a commit. Of two writers, one fails here. */
	async add(commit: Commit): Promise<void> {
		const key = this.#key(commit.version);
		const isNew = await this.#store.putNew(key, Buffer.from(serializeCommit(commit)));
		if (!isNew || (await this.#isOutrun(key)))
			throw new LostCommitError(
				`${this.#store.location}/${key}: another process committed it in the meantime; nothing of this ` +
					'run was added. Run it again',
			);
		this.#versions = [...this.#versions, commit.version];
	}

	// After many commits of another process, the number is free again.
	async #isOutrun(key: string): Promise<boolean> {
		for await (const _ of this.#store.list(this.#folder, key)) {
			await this.#store.remove([key]);
			return true;
		}
		return false;
	}

	/** Removes the oldest records. */
	async prune(): Promise<void> {
		const old = this.#versions.slice(0, -KEPT_RECORDS);
		if (old.length === 0) return;
		this.#versions = this.#versions.slice(-KEPT_RECORDS);
		await this.#store.remove(old.map(version => this.#key(version)));
	}

	#key(version: number): string {
		return `${this.#folder}${String(version).padStart(DIGITS, '0')}.json`;
	}
}
