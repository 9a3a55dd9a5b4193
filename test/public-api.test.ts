/** What programs may import: some forty names at `sluice`, the rest by subject, and an example for each factory. */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {test} from 'node:test';

const root = join(import.meta.dirname, '../..');
const main = 'src/index.ts';

interface Exported {
	readonly name: string;
	readonly isType: boolean;
	/** The file that has it. */
	readonly file: string;
}

async function exportsOf(entry: string): Promise<Exported[]> {
	const text = await readFile(join(root, entry), 'utf8');
	return [...text.matchAll(/^export (type )?\{([^}]*)\} from '([^']+)';$/gm)].flatMap(
		([, allTypes, names = '', from = '']) =>
			names
				.split(',')
				.map(name => name.trim())
				.filter(Boolean)
				.map(name => ({
					name: name.replace(/^type /, ''),
					isType: allTypes !== undefined || name.startsWith('type '),
					file: join(dirname(entry), from),
				})),
	);
}

async function entries(): Promise<string[]> {
	const files = await readdir(join(root, 'src/exports'));
	return files.map(file => `src/exports/${file}`).sort();
}

test('the main entry has some forty names, values and types together', async () => {
	const names = (await exportsOf(main)).map(({name}) => name);
	ok(names.length >= 35 && names.length <= 48, `${names.length}: ${names.join(', ')}`);
});

test('all else is in entries by subject', async () => {
	const {exports} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
	const subjects = [
		'auth',
		'decoders',
		'formats',
		'paginators',
		'partitions',
		'plugin',
		'sinks',
		'transforms',
	];
	deepStrictEqual(
		await entries(),
		subjects.map(subject => `src/exports/${subject}.ts`),
	);
	deepStrictEqual(Object.keys(exports), [
		'.',
		...subjects.map(subject => `./${subject}`),
		'./schema.json',
		'./package.json',
	]);
});

test('every factory that is exported says what it does, with an example', async () => {
	const wrong: string[] = [];
	for (const entry of [main, ...(await entries())]) {
		for (const {name, isType, file} of await exportsOf(entry)) {
			if (isType) continue;
			const text = await readFile(join(root, file), 'utf8');
			if (new RegExp(`export (abstract )?class ${name}\\b`).test(text)) continue;
			const doc = new RegExp(
				`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport (?:async )?(?:function\\*?|const) ${name}\\b`,
			).exec(text)?.[1];
			if (!doc?.includes('@example')) wrong.push(`${name} of ${file}`);
		}
	}
	deepStrictEqual(wrong, []);
});
