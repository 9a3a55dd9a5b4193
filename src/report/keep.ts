/** Keeps the record of the last run beside the datasets, for `sluice report`. */
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {ConfigError, StateError} from '../core/errors.ts';
import {replaceFile} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';
import {makeOwnFolder, storeOf} from '../state/folders/own-folders.ts';
import {FORM, type RunRecord} from './record.ts';

/** Replaces the record before. Only its owner may read it, as samples hold rows. */
export async function keepRecord(root: string, record: RunRecord): Promise<void> {
	const path = pathIn(root);
	await makeOwnFolder(storeOf({root}), dirname(path));
	await replaceFile(path, JSON.stringify(record));
}

/** The record of the last run that wrote below this root. */
export async function keptRecord(root: string): Promise<RunRecord> {
	const path = pathIn(root);
	let record: RunRecord;
	try {
		record = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT')
			throw new ConfigError(
				`no run has written to ${root}, so there is nothing to report. Run sluice run first, or name ` +
					'the folder of another one: --output FOLDER',
			);
		throw new StateError(`${path}: cannot be read: ${messageOf(error)}. The next run writes it anew`, {
			cause: error,
		});
	}
	if (record?.form === FORM) return record;
	throw new StateError(`${path}: was written by another version of Sluice. The next run writes it anew`);
}

function pathIn(root: string): string {
	return join(storeOf({root}), 'runs', 'report');
}
