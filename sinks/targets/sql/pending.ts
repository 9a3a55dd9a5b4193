/** Parts of runs that have not ended, kept as bytes in the database: another machine goes on with them. */
import {open, rename, rm} from 'node:fs/promises';
import type {Part} from '../../../src/state/commit.ts';
import type {Database} from './database.ts';
import {PENDING} from './own-tables.ts';

const CHUNK = 4 * 1024 ** 2;

export async function keepPart(db: Database, dataset: string, part: Part, file: string): Promise<void> {
	const sql = `INSERT INTO ${db.table(PENDING)} VALUES ($1, $2, $3, $4)`;
	const handle = await open(file);
	try {
		const buffer = Buffer.alloc(CHUNK);
		for (let number = 0; ; number++) {
			const {bytesRead} = await handle.read(buffer, 0, CHUNK);
			if (bytesRead === 0 && number > 0) return;
			await db.run(sql, [dataset, part.path, number, Buffer.from(buffer.subarray(0, bytesRead))]);
			if (bytesRead < CHUNK) return;
		}
	} finally {
		await handle.close();
	}
}

/** Writes the bytes of a part to a file. Returns whether the database has them all. */
export async function bringPart(db: Database, dataset: string, part: Part, file: string): Promise<boolean> {
	const sql = `SELECT bytes FROM ${db.table(PENDING)} WHERE dataset = $1 AND path = $2 AND number = $3`;
	// A file that is there counts as whole.
	const draft = `${file}.draft`;
	try {
		const handle = await open(draft, 'w', 0o600);
		let size = 0;
		try {
			for (let number = 0; size < part.bytes; number++) {
				const [found] = (await db.run(sql, [dataset, part.path, number])).rows;
				if (!found) return false;
				const bytes = found.bytes as Uint8Array;
				await handle.writeFile(bytes);
				size += bytes.byteLength;
			}
		} finally {
			await handle.close();
		}
		if (size !== part.bytes) return false;
		await rename(draft, file);
		return true;
	} finally {
		await rm(draft, {force: true});
	}
}

/** Removes the bytes of all parts of a dataset but these. */
export async function forgetParts(db: Database, dataset: string, stay: readonly Part[]): Promise<void> {
	const paths = stay.map((_, index) => `$${index + 2}`).join(', ');
	const others = stay.length > 0 ? ` AND path NOT IN (${paths})` : '';
	await db.run(`DELETE FROM ${db.table(PENDING)} WHERE dataset = $1${others}`, [
		dataset,
		...stay.map(({path}) => path),
	]);
}
