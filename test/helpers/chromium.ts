/** A headless browser, where there is one: it opens a file, and says what came of it. */
import {execFile} from 'node:child_process';
import {access} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {temporaryFolder} from './folder.ts';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of the browser; nothing where none is installed. */
export async function findChromium(): Promise<string | undefined> {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		for (const name of names) {
			const path = join(folder, name);
			if (
				await access(path).then(
					() => true,
					() => false,
				)
			)
				return path;
		}
	}
	return undefined;
}

export interface Opened {
	/** The document as HTML, after its scripts have run. */
	readonly html: string;
	/** Messages of its console, those of its content security policy too. */
	readonly console: readonly string[];
}

export async function openInChromium(chromium: string, file: string): Promise<Opened> {
	await using profile = await temporaryFolder();
	const words = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
	const {stdout, stderr} = await run(
		chromium,
		[
			...words,
			`--user-data-dir=${profile.path}`,
			'--enable-logging=stderr',
			'--virtual-time-budget=2000',
			'--dump-dom',
			pathToFileURL(file).href,
		],
		{maxBuffer: 64 * 1024 * 1024, timeout: 60_000},
	);
	return {html: stdout, console: stderr.split('\n').filter(line => line.includes('CONSOLE'))};
}
