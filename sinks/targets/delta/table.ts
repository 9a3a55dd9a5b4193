/** The log of one Delta table: numbered entries of actions, each created once. */
import {StateError} from '../../../src/core/errors.ts';
import type {Store} from '../../../src/state/store.ts';
import {type Action, PROTOCOL} from './actions.ts';

/** One entry, as far as it matters here. */
export interface Entry {
	readonly version: number;
	readonly actions: readonly Action[];
}

/** The width of an entry's number in its name. */
const DIGITS = 20;

export class DeltaTable {
	readonly name: string;
	readonly #store: Store;
	readonly #folder: string;

	constructor(store: Store, name: string) {
		this.name = name;
		this.#store = store;
		this.#folder = `${name}/_delta_log/`;
	}

	/** Entries after a version; after -1 all. Throws where an entry between them is gone. */
	async after(version: number): Promise<Entry[]> {
		const found: Entry[] = [];
		for await (const key of this.#store.list(this.#folder, this.#key(version))) {
			const number = /^(\d{20})\.json$/.exec(key.slice(this.#folder.length))?.[1];
			if (number === undefined) continue;
			const text = await this.#store.get(key);
			if (text) found.push({version: Number(number), actions: actionsIn(text.toString(), key)});
		}
		for (const [index, entry] of found.entries())
			if (entry.version !== version + 1 + index)
				throw new StateError(
					`${this.#location}: entry ${version + 1 + index} of its log is gone, as another program has cleaned it up. ` +
						'Nothing was changed. Read all again into another place',
				);
		for (const {actions} of found) this.#check(actions);
		return found;
	}

	/** Creates an entry; `false` where there is one. */
	async put(version: number, actions: readonly object[]): Promise<boolean> {
		const text = actions.map(action => `${JSON.stringify(action)}\n`).join('');
		return this.#store.putNew(this.#key(version), Buffer.from(text));
	}

	get #location(): string {
		return `${this.#store.location}/${this.name}`;
	}

	// A table with newer features may have rules that this writer does not know.
	#check(actions: readonly Action[]): void {
		for (const {protocol} of actions) {
			if (!protocol) continue;
			const {minReaderVersion, minWriterVersion} = PROTOCOL.protocol;
			if (protocol.minReaderVersion <= minReaderVersion && protocol.minWriterVersion <= minWriterVersion)
				continue;
			throw new StateError(
				`${this.#location}: its protocol is reader ${protocol.minReaderVersion}, writer ${protocol.minWriterVersion}, ` +
					`and Sluice writes reader ${minReaderVersion}, writer ${minWriterVersion}. Nothing was changed. Write to another place`,
			);
		}
	}

	#key(version: number): string {
		return `${this.#folder}${version < 0 ? '' : `${String(version).padStart(DIGITS, '0')}.json`}`;
	}
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
