/** Links of every page lead to files and headings that are there; so do the addresses in messages. */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {access} from 'node:fs/promises';
import {dirname, join, normalize} from 'node:path';
import {test} from 'node:test';
import {page, pages, root} from './pages.ts';

/** A heading as GitHub spells it in an address. */
const anchor = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');

async function hasHeading(path: string, name: string): Promise<boolean> {
	const text = (await page(path)).replace(/^```[\s\S]*?^```/gm, '');
	return [...text.matchAll(/^#+ (.*)$/gm)].some(([, heading = '']) => anchor(heading) === name);
}

const isThere = (path: string): Promise<boolean> =>
	access(join(root, path)).then(
		() => true,
		() => false,
	);

const linksOf = (text: string): string[] =>
	[...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, link = '']) => link)
		.filter(link => !/^\w+:/.test(link));

test('every link leads to a file, and to a heading in it', async () => {
	const broken: string[] = [];
	let count = 0;
	for (const from of await pages()) {
		for (const link of linksOf(await page(from))) {
			count++;
			const [file = '', heading] = link.split('#');
			const path = file === '' ? from : normalize(join(dirname(from), file));
			const leads = (await isThere(path)) && (heading === undefined || (await hasHeading(path, heading)));
			if (!leads) broken.push(`${from}: ${link}`);
		}
	}
	ok(count > 60);
	deepStrictEqual(broken, []);
});

test('every page is reached from docs/README.md', async () => {
	const index = linksOf(await page('docs/README.md')).map(link => normalize(join('docs', link)));
	const below = (await pages()).filter(path => path.startsWith('docs/') && path !== 'docs/README.md');
	deepStrictEqual(
		below.filter(path => !index.includes(path)),
		[],
	);
});

test('npm scripts that the pages name exist', async () => {
	const {scripts}: {scripts: Record<string, string>} = JSON.parse(await page('package.json'));
	for (const path of await pages()) {
		const named = [...(await page(path)).matchAll(/npm run (?:--silent )?([\w:]+)/g)];
		for (const [, script = ''] of named) ok(script in scripts, `${path}: npm run ${script}`);
	}
});
