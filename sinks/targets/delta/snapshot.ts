/** The state of a Delta table after an entry of its log: the entries so far, replayed. */
import {
	type Action,
	type AddFile,
	decodedPath,
	type MetaData,
	type Protocol,
	type RemoveFile,
	type Txn,
} from './actions.ts';

export interface Entry {
	readonly version: number;
	readonly actions: readonly Action[];
}

export class Snapshot {
	/** The number of the last entry; -1 where there is no table. */
	version = -1;
	/** The version of the last checkpoint that is known. */
	checkpoint = 0;
	protocol: Protocol | undefined;
	metaData: MetaData | undefined;
	/** The files of the table, by their decoded path. */
	readonly files = new Map<string, AddFile>();
	/** Files that were removed, and that readers of older versions may need. */
	readonly removed = new Map<string, RemoveFile>();
	/** The last transaction of each application. */
	readonly txns = new Map<string, Txn>();

	apply({version, actions}: Entry): void {
		// Within an entry, the order of lines says nothing: a file that is removed and added stays.
		for (const {remove} of actions) if (remove) this.#remove(remove);
		for (const {add, txn, metaData, protocol} of actions) {
			if (add) this.#add(add);
			if (txn) this.txns.set(txn.appId, txn);
			if (metaData) this.metaData = metaData;
			if (protocol) this.protocol = protocol;
		}
		this.version = version;
	}

	#add(add: AddFile): void {
		const path = decodedPath(add.path);
		this.removed.delete(path);
		this.files.set(path, add);
	}

	#remove(remove: RemoveFile): void {
		const path = decodedPath(remove.path);
		this.files.delete(path);
		this.removed.set(path, remove);
	}
}
