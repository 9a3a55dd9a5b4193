/** Runs the real command line, in a folder of its own, under the rules of a shell. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Readable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {ignoreCodes} from '../../src/core/files/durable.ts';
import {temporaryFolder} from './folder.ts';

/** A process that has ended. */
export interface Ran {
	/** `null` when a signal ended it. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunOptions {
	/** Laid over an environment without anything that a test did not ask for. */
	readonly env?: Readonly<Record<string, string>>;
	/** @default '' */
	readonly stdin?: string | Uint8Array;
	/** Milliseconds after which it is killed, and the test fails. @default 15_000 */
	readonly timeoutMs?: number;
}

/** A process that goes on. */
export interface Running {
	readonly process: ChildProcess;
	readonly ended: Promise<Ran>;
}

/** A fresh folder with files in it, removed at the end of its block. */
export interface Workspace {
	readonly path: string;
	/** The command line as a shell takes it. */
	readonly command: string;
	/** Runs the command line in it. */
	sluice(words: readonly string[], options?: RunOptions): Promise<Ran>;
	/**
	 * Runs a script of bash in it, where `sluice` is the command line, and a pipe fails with any of its parts.
	 */
	shell(script: string, options?: RunOptions): Promise<Ran>;
	/** Starts the command line; stdin stays open. */
	start(words: readonly string[], options?: RunOptions): Running;
	read(path: string): Promise<string>;
	/** Every file and folder in it, hidden ones too, sorted. */
	list(): Promise<string[]>;
	/** The same without what is hidden: what a reader of data sees. */
	visible(): Promise<string[]>;
	[Symbol.asyncDispose](): Promise<void>;
}

/** The command line as users have it: bundled modules, which start in half the CPU time of the compiled ones. */
export const bundledMain = join(import.meta.dirname, '../../../dist/src/cli/main.js');

/** `await using place = await workspace({'sluice.yaml': '…'})` */
export async function workspace(
	files: Readonly<Record<string, string | Uint8Array>> = {},
	{main = bundledMain}: {readonly main?: string} = {},
): Promise<Workspace> {
	const folder = await temporaryFolder();
	const preamble = `set -o pipefail; sluice() { '${process.execPath}' '${main}' "$@"; }; export -f sluice\n`;
	for (const [name, content] of Object.entries(files)) {
		await mkdir(dirname(join(folder.path, name)), {recursive: true});
		await writeFile(join(folder.path, name), content);
	}

	function begin(
		command: string,
		words: readonly string[],
		{env = {}, timeoutMs = 15_000}: RunOptions,
	): Running {
		const child = spawn(command, words, {
			cwd: folder.path,
			env: {PATH: process.env.PATH, HOME: folder.path, TZ: 'UTC', ...env},
			// A group of its own, so that a script is killed with all that it started.
			detached: true,
		});
		// What ends early does not read the rest of its input.
		child.stdin.on('error', () => {});
		return {process: child, ended: end(child, [command, ...words], timeoutMs)};
	}

	function run(command: string, words: readonly string[], options: RunOptions): Promise<Ran> {
		const {process: child, ended} = begin(command, words, options);
		child.stdin?.end(options.stdin ?? '');
		return ended;
	}

	const list = async (): Promise<string[]> => (await pathsBelow(folder.path)).sort();
	return {
		path: folder.path,
		command: `'${process.execPath}' '${main}'`,
		sluice: (words, options = {}) => run(process.execPath, [main, ...words], options),
		shell: (script, options = {}) => run('bash', ['-c', preamble + script], options),
		start: (words, options = {}) => begin(process.execPath, [main, ...words], options),
		read: path => readFile(join(folder.path, path), 'utf8'),
		list,
		visible: async () => (await list()).filter(path => !path.split('/').some(step => step.startsWith('.'))),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

// A running process may remove a folder, or a link in it, while it is listed. Links of tables are followed;
// those in folders of Sluice may lead back to where they are.
async function pathsBelow(folder: string, prefix = ''): Promise<string[]> {
	const entries = await readdir(folder, {withFileTypes: true}).catch(error =>
		ignoreCodes(error, 'ENOENT', 'ENOTDIR'),
	);
	const found: string[] = [];
	for (const entry of entries ?? []) {
		const path = `${prefix}${entry.name}`;
		found.push(path);
		const isTable = entry.isSymbolicLink() && !prefix.includes('.sluice/');
		if (entry.isDirectory() || isTable)
			found.push(...(await pathsBelow(join(folder, entry.name), `${path}/`)));
	}
	return found;
}

async function end(
	child: ReturnType<typeof spawn>,
	words: readonly string[],
	timeoutMs: number,
): Promise<Ran> {
	let isLate = false;
	const timer = setTimeout(() => {
		isLate = true;
		if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
	}, timeoutMs);
	try {
		const [stdout, stderr, [code, signal]] = await Promise.all([
			collected(child.stdout),
			collected(child.stderr),
			once(child, 'close'),
		]);
		if (isLate) throw new Error(`${words.join(' ')} did not end within ${timeoutMs} ms: ${stderr}`);
		return {code, signal, stdout, stderr};
	} finally {
		clearTimeout(timer);
	}
}

// What came until the end, or until the test had enough and destroyed it.
async function collected(stream: Readable | null): Promise<string> {
	if (!stream) return '';
	const chunks: Buffer[] = [];
	stream.on('data', (chunk: Buffer) => chunks.push(chunk));
	await finished(stream).catch(() => {});
	return Buffer.concat(chunks).toString();
}
