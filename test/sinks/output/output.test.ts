import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {lstat, mkdir, readdir, readFile, readlink, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {gzipOutput} from '../../../sinks/formats/gzip.ts';
import {type FileOutput, fileOutput, streamOutput} from '../../../sinks/output/output.ts';
import {OutputClosedError, SinkError} from '../../../src/core/errors.ts';
import {temporaryFolder} from '../../helpers/folder.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

test('a file appears when it is closed, and takes the place of the one before', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'data');
	await writeFile(path, 'before');
	const output = fileOutput(path);
	await output.open();
	await output.write(bytes('after'));
	equal(await readFile(path, 'utf8'), 'before');
	await output.close();
	equal(await readFile(path, 'utf8'), 'after');
	deepEqual(await readdir(folder.path), ['data']);
	await output.close();
	await output.discard();
	equal(await readFile(path, 'utf8'), 'after', 'closed is closed');
});

test('what is discarded leaves nothing, not even the folders that were made for it', async () => {
	await using folder = await temporaryFolder();
	await mkdir(join(folder.path, 'there'));
	const output = fileOutput(join(folder.path, 'there/made/deep/data'));
	await output.open();
	await output.write(bytes('half'));
	await output.discard();
	await output.discard();
	deepEqual(await readdir(folder.path, {recursive: true}), ['there']);

	const used = fileOutput(join(folder.path, 'made/data'));
	await used.open();
	await writeFile(join(folder.path, 'made/other'), '');
	await used.discard();
	deepEqual(await readdir(join(folder.path, 'made')), ['other']);
});

test('a discard waits for what is under way, so that nothing is made after it', async () => {
	await using folder = await temporaryFolder();
	const output = fileOutput(join(folder.path, 'a/data'));
	const opening = output.open();
	await output.discard();
	await opening;
	deepEqual(await readdir(folder.path), []);

	const rewritten = fileOutput(join(folder.path, 'data'));
	await rewritten.open();
	async function* slow(): AsyncGenerator<Uint8Array> {
		yield bytes('one');
		await new Promise(setImmediate);
		yield bytes('two');
	}
	const rewriting = rewritten.rewrite?.(slow());
	await rewritten.discard();
	await rewriting;
	deepEqual(await readdir(folder.path), []);
});

test('two files of one path do not get in each other’s way', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'data');
	const [first, second] = [fileOutput(path), fileOutput(path)];
	await first.open();
	await second.open();
	await first.write(bytes('first'));
	await second.write(bytes('second'));
	await first.close();
	await second.discard();
	equal(await readFile(path, 'utf8'), 'first');
});

test('a rewrite may read what it replaces, and a failed one leaves it as it was', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'data');
	const output = fileOutput(path);
	await output.open();
	await output.write(bytes('abc'));
	async function* failing(): AsyncGenerator<Uint8Array> {
		yield bytes('x');
		throw new Error('no more');
	}
	await rejects(async () => output.rewrite?.(failing()), /no more/);
	async function* doubled(): AsyncGenerator<Uint8Array> {
		for (let at = 0; at < 3; at++) {
			const letter = (await output.read?.(at, 1)) as Buffer;
			yield Buffer.concat([letter, letter]);
		}
	}
	await output.rewrite?.(doubled());
	equal(output.position, 6);
	await output.write(bytes('!'));
	await output.close();
	equal(await readFile(path, 'utf8'), 'aabbcc!');
	deepEqual(await readdir(folder.path), ['data']);
});

test('a symbolic link is followed', async () => {
	await using folder = await temporaryFolder();
	await mkdir(join(folder.path, 'real'));
	await writeFile(join(folder.path, 'real/data'), 'old');
	await symlink('real/data', join(folder.path, 'link'));
	const output = fileOutput(join(folder.path, 'link'));
	await output.open();
	await output.write(bytes('new'));
	await output.close();
	equal(await readlink(join(folder.path, 'link')), 'real/data');
	equal(await readFile(join(folder.path, 'real/data'), 'utf8'), 'new');
	deepEqual(await readdir(join(folder.path, 'real')), ['data']);
});

test('a device is written in place, and cannot be read back', async () => {
	const output = fileOutput('/dev/null');
	await output.open();
	await output.write(bytes('gone'));
	deepEqual([output.read, output.rewrite], [undefined, undefined]);
	await output.close();
	equal((await lstat('/dev/null')).isCharacterDevice(), true);
});

test('an error says what could not be written, and why', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'file'), '');
	const cases: [path: string, said: RegExp][] = [
		['file/below', /^cannot write .*file\/below: a part of the path is a file, not a folder \(ENOTDIR\)$/],
		['file/deep/below', /^cannot write .*: a part of the path is a file, not a folder \(ENOTDIR\)$/],
		['.', /^cannot write .*: it is a folder; name a file in it \(EISDIR\)$/],
		['x'.repeat(300), /^cannot write x*.*: the name is too long \(ENAMETOOLONG\)$/],
	];
	for (const [name, said] of cases) {
		const output = fileOutput(join(folder.path, name));
		await rejects(output.open(), (error: Error) => {
			match(error.message, said);
			return error instanceof SinkError;
		});
		await output.discard();
	}
	const full = fileOutput('/dev/full');
	await full.open();
	await rejects(
		full.write(bytes('x')),
		/^SinkError: cannot write \/dev\/full: no space left on the disk \(ENOSPC\)$/,
	);
	await full.discard();
	await rejects(full.write(bytes('x')), /it is not open/);
});

test('a file that cannot be put in place leaves nothing behind', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'data');
	const output = fileOutput(path);
	await output.open();
	await output.write(bytes('x'));
	// Somebody makes a folder of that name in the meantime: the rename fails.
	await mkdir(path);
	await writeFile(join(path, 'other'), '');
	await rejects(output.close(), SinkError);
	await output.discard();
	deepEqual(await readdir(folder.path), ['data']);
});

test('a stream is written at its own pace and never ended', async () => {
	const stream = new PassThrough({highWaterMark: 1});
	const output = streamOutput(stream, 'out');
	await output.open();
	const writing = output.write(bytes('abc'));
	equal(output.position, 0);
	stream.resume();
	await writing;
	await output.close();
	deepEqual([output.position, stream.writableEnded, stream.listenerCount('error')], [3, false, 0]);
});

test('a stream whose reader has gone is an OutputClosedError; another failure is a SinkError', async () => {
	for (const [code, kind] of [
		['EPIPE', OutputClosedError],
		['ENOSPC', SinkError],
	] as const) {
		const stream = new Writable({
			write(_chunk, _encoding, done) {
				done(Object.assign(new Error(code), {code}));
			},
		});
		const output = streamOutput(stream, 'out');
		await output.open();
		await rejects(output.write(bytes('x')), kind);
		await rejects(output.write(bytes('x')), kind);
		await output.discard();
	}
});

test('gzip outputs are whole, and what is discarded is gone', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'data.gz');
	const output = gzipOutput(fileOutput(path));
	await output.open();
	const block = 'some text, '.repeat(10_000);
	for (let i = 0; i < 20; i++) await output.write(bytes(block));
	await output.close();
	equal(gunzipSync(await readFile(path)).toString(), block.repeat(20));
	equal(output.position, block.length * 20);

	const half = gzipOutput(fileOutput(join(folder.path, 'half.gz')));
	await half.open();
	await half.write(bytes(block));
	await half.discard();
	deepEqual(await readdir(folder.path), ['data.gz']);
});

test('gzip hands on the failure of what it writes to, at a write or at the end', async () => {
	const random = Buffer.from(Array.from({length: 1 << 20}, (_, i) => (i * 2654435761) >>> 13));
	const failing = async (work: (output: FileOutput) => Promise<void>): Promise<void> => {
		const output = gzipOutput(fileOutput('/dev/full'));
		await output.open();
		await rejects(work(output), /no space left/);
		await output.discard();
	};
	await failing(async output => {
		for (let i = 0; i < 50; i++) await output.write(random);
	});
	await failing(async output => {
		await output.write(bytes('small'));
		await output.close();
	});
});
