/** The page about errors has each code, and the words that it quotes are those of the code. */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {page, root} from './pages.ts';

const text = await page('docs/reference/errors.md');

async function sources(): Promise<string> {
	const folders = ['src', 'sinks', 'transforms'];
	const files = await Promise.all(
		folders.map(async folder => {
			const names = await readdir(join(root, folder), {recursive: true});
			return names.filter(name => name.endsWith('.ts')).map(name => join(root, folder, name));
		}),
	);
	const code = (await Promise.all(files.flat().map(file => readFile(file, 'utf8')))).join('\n');
	// Long messages are cut into pieces.
	return code.replace(/['`"] \+\n\s*['`"]/g, '');
}

test('each code of an error has a section', async () => {
	const errors = (await sources()).matchAll(/(?:readonly code = |\| )'(ERR_[A-Z_]+)'/g);
	const codes = new Set([...errors].map(([, code = '']) => code));
	ok(codes.size > 15);
	const sections = [...text.matchAll(/^## (ERR_[A-Z_]+)$/gm)].map(([, code = '']) => code);
	deepStrictEqual(sections.toSorted(), [...codes].toSorted());
});

test('the words that it quotes stand in the code', async () => {
	const code = await sources();
	const quoted = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, words = '']) => words);
	ok(quoted.length > 30);
	// A status is a value.
	const fixed = quoted.map(words => words.replace(/^answered \d+$/, 'answered ${'));
	deepStrictEqual(
		fixed.filter(words => !code.includes(words)),
		[],
	);
});
