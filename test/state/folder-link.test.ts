/** Where no symbolic link can be made, as on Windows without the right to. */
import {deepStrictEqual, match, rejects, strictEqual} from 'node:assert/strict';
import fs from 'node:fs';
import {readdir} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {join} from 'node:path';
import {afterEach, test} from 'node:test';
import {openDataset} from '../../src/state/dataset.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {lines, staged} from './staged.ts';

const {symlink} = fs.promises;

function refuseLinks(code: string): void {
	fs.promises.symlink = async () => {
		throw Object.assign(new Error(`${code}: operation not permitted, symlink`), {code});
	};
	syncBuiltinESMExports();
}

afterEach(() => {
	fs.promises.symlink = symlink;
	syncBuiltinESMExports();
});

test('a dataset says so before anything is read, and how to get the right', async () => {
	await using folder = await temporaryFolder();
	refuseLinks('EPERM');
	await rejects(openDataset({root: folder.path, name: 'contacts', writer: 'w'}), (error: Error) => {
		strictEqual((error as Error & {code: string}).code, 'ERR_STATE');
		match(error.message, /contacts.*no symbolic link can be made.*EPERM.*Developer Mode.*--output/s);
		return true;
	});
});

test('it can be opened as soon as the right is there, and nothing is left of the attempt', async () => {
	await using folder = await temporaryFolder();
	refuseLinks('EPERM');
	await rejects(openDataset({root: folder.path, name: 'contacts', writer: 'w'}));
	fs.promises.symlink = symlink;
	syncBuiltinESMExports();
	const dataset = await openDataset({root: folder.path, name: 'contacts', writer: 'x'});
	deepStrictEqual(await readdir(join(dataset.layout.staging, 'x', 'claim')), []);
	await dataset.commit({resource: 'contacts', run: '1', add: [await staged(dataset, 'one')]});
	await dataset.close();
	deepStrictEqual(await lines(folder.path), ['one']);
});

test('any other failure is told as it is', async () => {
	await using folder = await temporaryFolder();
	refuseLinks('EIO');
	await rejects(openDataset({root: folder.path, name: 'contacts', writer: 'w'}), /EIO/);
});
