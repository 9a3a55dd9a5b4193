/** Prose that can be read in an editor and aloud: lines of bounded length, and no words that say nothing. */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {page, pages} from './pages.ts';

const LONGEST = 110;
const empty =
	/\b(whoever|thereof|herein|utili[sz]e|simply|obviously|leverage|seamless\w*|robust|powerful)\b/i;

/** Facts of single changes stand in one line there. */
const ofLines = ['CHANGELOG.md', 'ARCHITECTURE.md'];

/** Lines that are no table, no heading and no sample. */
function proseOf(text: string): {line: string; number: number}[] {
	let isCode = false;
	return text.split('\n').flatMap((line, i) => {
		if (line.startsWith('```')) isCode = !isCode;
		return isCode || /^([|#<]|```)/.test(line) ? [] : [{line, number: i + 1}];
	});
}

test('lines of prose are short, and have no empty words', async () => {
	const faults: string[] = [];
	let count = 0;
	for (const path of await pages()) {
		if (ofLines.includes(path)) continue;
		const text = await page(path);
		for (const {line, number} of proseOf(text)) {
			count++;
			const isLong = line.length > LONGEST && !text.includes('Made by npm run');
			if (isLong || empty.test(line)) faults.push(`${path}:${number}: ${line}`);
		}
	}
	ok(count > 1000);
	deepStrictEqual(faults, []);
});

test('each page begins with one heading of the first level', async () => {
	for (const path of await pages()) {
		const heads = proseHeads(await page(path));
		deepStrictEqual(heads.length, 1, path);
	}
});

function proseHeads(text: string): string[] {
	return text
		.replace(/^```[\s\S]*?^```/gm, '')
		.split('\n')
		.filter(line => line.startsWith('# '));
}
