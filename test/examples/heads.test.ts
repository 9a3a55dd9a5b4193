/** The comment at the head of each example has the facts for the page of examples, and a test reads it. */
import {deepStrictEqual, match, ok} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {examples} from '../../src/init/catalogue.ts';
import {examplesFolder} from './play.ts';

const all = await examples(examplesFolder);

for (const {name, title, about, docs, auth, unchecked, resources} of all)
	test(`the head of ${name} names its API, documentation, credentials and what is unchecked`, () => {
		ok(title !== name && about !== '');
		match(docs, /^https:\/\//);
		ok(auth !== '');
		ok(unchecked.length > 0 && unchecked.every(each => each.endsWith('.')), unchecked.join('\n'));
		ok(resources.length > 2);
	});

test('each example is read in a test', async () => {
	const folder = join(import.meta.dirname, '../../../test/examples');
	const files = (await readdir(folder)).filter(file => file.endsWith('.test.ts'));
	const texts = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')));
	const tested = texts.flatMap(
		text => /testExamples\(\[([^\]]*)\]\)/.exec(text)?.[1]?.match(/[\w-]+/g) ?? [],
	);
	deepStrictEqual(
		tested.sort(),
		all.map(each => each.name),
	);
});
