/**
 * Does what a page says: writes its files, answers as its exchanges do, runs its commands, and compares what
 * they print. A heading of the second level begins a new sample, with an empty folder and a new server, but
 * in a page with the comment `<!-- one sample -->`.
 */
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {startDemoApi} from '../helpers/demo.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {exchangesOf} from './exchange.ts';
import {startPageServer} from './page-server.ts';
import {type Block, blocksOf} from './pages.ts';
import {shellIn} from './shell.ts';

/** What stands in a page for the address of a server. */
const scripted = 'https://api.example.com';
const demo = 'http://127.0.0.1:8080';

export interface Command {
	readonly line: number;
	readonly command: string;
	readonly expected: string;
	readonly actual: string;
}

export interface Replayed {
	readonly commands: readonly Command[];
	/** Requests without an answer in the page, and answers without a request. */
	readonly problems: readonly string[];
	readonly files: number;
}

interface Sample {
	readonly blocks: readonly Block[];
}

/** A block of the language `console` with commands, or one with a file name, or exchanges. */
const isPlayed = ({language, title}: Block): boolean =>
	language === 'console' || language === 'http' || isFile(title);

const isFile = (title: string): boolean => /^[\w./-]+\.\w+$/.test(title);

function samplesOf(text: string): Sample[] {
	const blocks = blocksOf(text).filter(isPlayed);
	if (text.includes('<!-- one sample -->')) return [{blocks}];
	const heads = [...text.matchAll(/^## /gm)].map(({index}) => text.slice(0, index).split('\n').length);
	const bounds = [0, ...heads, Infinity];
	return bounds
		.slice(0, -1)
		.map((from, i) => ({blocks: blocks.filter(({line}) => line >= from && line < bounds[i + 1]!)}));
}

/** Commands of a console, each with what it prints. A line that ends in a backslash goes on. */
export function commandsOf(text: string): {command: string; output: string; offset: number}[] {
	const lines = text.split('\n');
	const found: {command: string; output: string; offset: number}[] = [];
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] ?? '';
		const last = found.at(-1);
		if (!line.startsWith('$ ')) {
			if (last) last.output += `${line}\n`;
			continue;
		}
		let command = line.slice(2);
		const offset = i;
		while (command.endsWith('\\')) command += `\n${lines[++i] ?? ''}`;
		found.push({command, output: '', offset});
	}
	return found.map(each => ({...each, output: each.output.trimEnd()}));
}

export async function replay(text: string): Promise<Replayed> {
	const played = [];
	for (const sample of samplesOf(text)) if (hasCommand(sample)) played.push(await play(sample));
	return {
		commands: played.flatMap(({commands}) => commands),
		problems: played.flatMap(({problems}) => problems),
		files: played.reduce((sum, {files}) => sum + files, 0),
	};
}

const hasCommand = ({blocks}: Sample): boolean => blocks.some(({language}) => language === 'console');

async function play({blocks}: Sample): Promise<Replayed> {
	await using place = await temporaryFolder();
	const isDemo =
		blocks.every(({language}) => language !== 'http') && blocks.some(({text}) => text.includes(demo));
	await using server = isDemo ? await demoServer() : await startPageServer(scripted);
	const address = isDemo ? demo : scripted;
	const here = (text: string): string => text.replaceAll(address, server.url);
	const there = (text: string): string =>
		text.replaceAll(server.url, address).replaceAll(server.url.slice(7), address.replace(/^https?:../, ''));
	const folder = join(place.path, 'example');
	await mkdir(folder);
	const shell = await shellIn(folder);
	const commands: Command[] = [];
	let files = 0;
	for (const {language, title, text, line} of blocks) {
		if (isFile(title)) {
			await mkdir(dirname(join(folder, title)), {recursive: true});
			await writeFile(join(folder, title), here(text));
			files++;
		} else if (language === 'http') server.add(exchangesOf(text));
		else
			for (const {command, output, offset} of commandsOf(text)) {
				const printed = await shell(here(command));
				const actual = there(printed).replaceAll(folder, '/home/jane/example').trimEnd();
				commands.push({line: line + 1 + offset, command, expected: output, actual});
			}
	}
	return {commands, problems: server.problems(), files};
}

async function demoServer() {
	const api = await startDemoApi();
	return {url: api.url, add() {}, problems: () => [], [Symbol.asyncDispose]: () => api.close()};
}
