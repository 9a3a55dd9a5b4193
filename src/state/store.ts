/** Objects under keys, as an object storage has them: what a target needs of it. */

export interface Store {
	/** For messages, without credentials: `s3://lake/raw`. */
	readonly location: string;
	/** The bytes of an object; `undefined` where there is none. */
	get(key: string): Promise<Buffer | undefined>;
	/**
	 * Creates an object, and returns whether it did. `false`: there is one, which stays as it is. Of several
	 * writers exactly one succeeds. All that is promised about commits rests on this.
	 */
	putNew(key: string, body: Uint8Array): Promise<boolean>;
	/** Creates an object, or replaces the one that is there. */
	put(key: string, body: Uint8Array): Promise<void>;
	/** A part of an object. */
	read(key: string, from: number, length: number): Promise<Buffer>;
	/** Copies a local file to a key that no other writer uses. */
	upload(key: string, file: string): Promise<void>;
	/** Copies an object to a local file. */
	download(key: string, file: string): Promise<void>;
	/** The keys that begin with `prefix`, in the order of their bytes; `after` leaves out keys up to this one. */
	list(prefix: string, after?: string): AsyncIterable<string>;
	/** Removes objects; an absent one is no error. */
	remove(keys: readonly string[]): Promise<void>;
	close(): Promise<void>;
}
