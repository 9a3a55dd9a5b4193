/** The pages of the documentation, and their fenced blocks. */
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';

export const root = join(import.meta.dirname, '../../..');
/** The command, as it is installed. */
export const main = join(root, 'dist/src/cli/main.js');

/** The text of a page, by its path in the repository. */
export const page = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** Paths of all pages: those of `docs/`, and those at the root. */
export async function pages(): Promise<string[]> {
	const below = await readdir(join(root, 'docs'), {recursive: true});
	const top = await readdir(root);
	return [
		...top.filter(name => name.endsWith('.md')),
		...below.filter(name => name.endsWith('.md') && !name.startsWith('site')).map(name => join('docs', name)),
	].sort();
}

export interface Block {
	/** The first word after the fence. */
	readonly language: string;
	/** What stands after it: a file name, or a request. */
	readonly title: string;
	readonly text: string;
	/** The line of the fence, from 1. */
	readonly line: number;
}

/** A page in a page, between four backticks, is none of its samples; its lines count. */
const withoutPages = (text: string): string =>
	text.replace(/^````[\s\S]*?^````$/gm, inner => inner.replace(/[^\n]/g, ' '));

export function blocksOf(text: string): Block[] {
	return [...withoutPages(text).matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
		({1: language = '', 2: title = '', 3: body = '', index}) => ({
			language,
			title,
			text: body,
			line: text.slice(0, index).split('\n').length,
		}),
	);
}

/** What stays of an output when numbers, and the widths that they make, may differ. */
export function shape(text: string): string {
	return text
		.replace(/\d[\d,.]*/g, '0')
		.replace(/\b0 (kB|MB|B)\b/g, '0 bytes')
		.replace(/─+/g, '─')
		.replace(/ +/g, ' ')
		.trim();
}
