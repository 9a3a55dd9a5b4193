/** The log of one Delta table: numbered entries of actions, each created once, and checkpoints of them. */
import {StateError} from '../../../src/core/errors.ts';
import type {Store} from '../../../src/state/store.ts';
import type {Action} from './actions.ts';
import {checkpointActions, checkpointFile} from './checkpoint.ts';
import {checkProtocol} from './protocol.ts';
import {type Entry, Snapshot} from './snapshot.ts';

/** The width of an entry's number in its name. */
const DIGITS = 20;
const LAST = '_last_checkpoint';
/** Entries between two checkpoints, as in all writers of Delta. */
const INTERVAL = 10;

export class DeltaTable {
	readonly name: string;
	/** For messages. */
	readonly location: string;
	readonly #store: Store;
	readonly #folder: string;
	#snapshot: Promise<Snapshot> | undefined;

	constructor(store: Store, name: string) {
		this.name = name;
		this.location = `${store.location}/${name}`;
		this.#store = store;
		this.#folder = `${name}/_delta_log/`;
	}

	/** The state after the last entry that is known. */
	snapshot(): Promise<Snapshot> {
		this.#snapshot ??= this.#load();
		return this.#snapshot;
	}

	/** Reads the entries since, and returns them. */
	async update(): Promise<readonly Entry[]> {
		const snapshot = await this.snapshot();
		const keys = await this.#keys(this.#key(snapshot.version));
		return this.#replay(snapshot, keys);
	}

	/** Creates the next entry; `false` where another writer was first. */
	async put(actions: readonly Action[]): Promise<boolean> {
		const snapshot = await this.snapshot();
		const version = snapshot.version + 1;
		const text = actions.map(action => `${JSON.stringify(action)}\n`).join('');
		if (!(await this.#store.putNew(this.#key(version), Buffer.from(text)))) return false;
		snapshot.apply({version, actions});
		return true;
	}

	/** Writes a checkpoint where one is due, so that readers need not read the whole log. */
	async checkpoint(now: number): Promise<void> {
		const snapshot = await this.snapshot();
		const {version, metaData} = snapshot;
		const interval = Number(metaData?.configuration?.['delta.checkpointInterval'] ?? INTERVAL);
		if (version - snapshot.checkpoint < (interval > 0 ? interval : INTERVAL)) return;
		const {bytes, actions} = await checkpointFile(snapshot, now);
		const key = this.#key(version).replace(/json$/, 'checkpoint.parquet');
		await this.#store.putNew(key, bytes);
		const hint = {version, size: actions, sizeInBytes: bytes.length, numOfAddFiles: snapshot.files.size};
		await this.#store.put(`${this.#folder}${LAST}`, Buffer.from(JSON.stringify(hint)));
		snapshot.checkpoint = version;
	}

	async #load(): Promise<Snapshot> {
		const hint = await this.#hint();
		const keys = await this.#keys(hint === undefined ? '' : this.#name(hint));
		const found = newestCheckpoint(keys.map(key => key.slice(this.#folder.length)));
		// The file of the hint may be gone, or be of a kind that is not known here.
		if (hint !== undefined && !found) return this.#loadFrom(await this.#keys(''));
		return this.#loadFrom(keys);
	}

	async #loadFrom(keys: readonly string[]): Promise<Snapshot> {
		const snapshot = new Snapshot();
		const found = newestCheckpoint(keys.map(key => key.slice(this.#folder.length)));
		if (found) {
			for (const name of found.names) {
				const bytes = await this.#store.get(`${this.#folder}${name}`);
				if (!bytes) throw this.#gone(found.version);
				for await (const actions of checkpointActions(bytes, `${this.location}/_delta_log/${name}`))
					snapshot.apply({version: found.version, actions});
			}
			snapshot.checkpoint = found.version;
			this.#check(snapshot);
		}
		await this.#replay(snapshot, keys);
		return snapshot;
	}

	async #replay(snapshot: Snapshot, keys: readonly string[]): Promise<readonly Entry[]> {
		const entries: Entry[] = [];
		for (const key of keys) {
			const version = Number(/^(\d{20})\.json$/.exec(key.slice(this.#folder.length))?.[1] ?? -1);
			if (version <= snapshot.version) continue;
			if (version !== snapshot.version + 1) throw this.#gone(snapshot.version + 1);
			const text = await this.#store.get(key);
			if (!text) throw this.#gone(version);
			const entry = {version, actions: actionsIn(text.toString(), key)};
			snapshot.apply(entry);
			entries.push(entry);
		}
		this.#check(snapshot);
		return entries;
	}

	#check({protocol}: Snapshot): void {
		if (protocol) checkProtocol(protocol, this.location);
	}

	async #hint(): Promise<number | undefined> {
		const text = await this.#store.get(`${this.#folder}${LAST}`);
		if (!text) return undefined;
		try {
			const {version} = JSON.parse(text.toString()) as {version?: unknown};
			return typeof version === 'number' ? version : undefined;
		} catch {
			// It only saves time.
			return undefined;
		}
	}

	async #keys(after: string): Promise<string[]> {
		const keys: string[] = [];
		for await (const key of this.#store.list(this.#folder, after === '' ? this.#folder : after))
			keys.push(key);
		return keys;
	}

	#gone(version: number): StateError {
		return new StateError(
			`${this.location}: entry ${version} of its log is gone, and so is a checkpoint after it. Nothing ` +
				'was changed. Restore the folder _delta_log, or read all again into another place',
		);
	}

	/** Sorts before all files of a version. */
	#name(version: number): string {
		return `${this.#folder}${String(version).padStart(DIGITS, '0')}`;
	}

	#key(version: number): string {
		return version < 0 ? this.#folder : `${this.#name(version)}.json`;
	}
}

/** The files of the newest checkpoint that is whole: one, or all of several. */
function newestCheckpoint(
	names: readonly string[],
): {readonly version: number; readonly names: readonly string[]} | undefined {
	const found = new Map<string, {readonly version: number; readonly of: number; readonly names: string[]}>();
	for (const name of names) {
		const [, version, , of = '1'] = /^(\d{20})\.checkpoint(\.\d{10}\.(\d{10}))?\.parquet$/.exec(name) ?? [];
		if (version === undefined) continue;
		const key = `${version} ${of}`;
		const known = found.get(key) ?? {version: Number(version), of: Number(of), names: []};
		known.names.push(name);
		found.set(key, known);
	}
	const whole = [...found.values()].filter(each => each.names.length === each.of);
	return whole.sort((one, other) => other.version - one.version)[0];
}

function actionsIn(text: string, key: string): Action[] {
	try {
		return text
			.split('\n')
			.filter(line => line !== '')
			.map(line => JSON.parse(line) as Action);
	} catch (cause) {
		throw new StateError(`${key}: is not JSON Lines; nothing was changed`, {cause});
	}
}
