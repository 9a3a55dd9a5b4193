/** Names of folders that some file system cannot have, or takes for another one. */
import {equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';

const refused: [what: string, tables: string[], says: RegExp][] = [
	['a control character', ['a\0b'], /"a\\u0000b", which has characters that no folder can have everywhere/],
	['half a character', ['\ud800'], /"\\ud800", which has characters that no folder can have everywhere/],
	['more than 200 bytes', ['é'.repeat(101)], /a name of 202 bytes, "é{30}…", and 200 are the most/],
	[
		'letters that differ in case alone',
		['Deals', 'deals'],
		/"deals", which some file systems take for "Deals"/,
	],
	['letters that look alike', ['\u00e9', 'e\u0301'], /which some file systems take for "é", where r0 writes/],
];
for (const [what, tables, says] of refused)
	test(`a table_name of ${what} is refused before the first request`, async () => {
		await using api = await server(rows('r0', [{id: 1}]), rows('r1', [{id: 1}]));
		const resources = tables.map((table_name, i) => single(`r${i}`, {table_name}));
		await using place = await workspace({'sluice.json': config(api.url, resources)});
		for (const words of [['check'], ['run']]) {
			const {code, stderr} = await place.sluice(words);
			equal(code, 2, stderr);
			match(stderr, says);
		}
		equal(api.requests.length, 0);
	});

test('a list whose table another resource has is refused with the way out, and the other stays', async () => {
	await using api = await server(rows('r0', [{id: 1, b: [{z: 1}]}]), rows('r1', [{id: 1}]));
	const resources = [single('r1', {table_name: 'a__b'}), single('r0', {table_name: 'a', nested: 'tables'})];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 5, stderr);
	match(
		stderr,
		/out\/a__b: is a table of another dataset, and a would .* Give one of them another table_name/,
	);
	equal((await place.sluice(['verify'])).code, 0);
});
