import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {escapeFormula, unescapeFormula} from '../../sinks/formats/csv/formulas.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const rows = [
	{id: 1, note: '=cmd|"/c calc"!A1', amount: -5, price: '-1.50', '=head': '+49 30'},
	{id: 2, note: '\t@x', amount: 2.5, price: '3.00', '=head': "'=quoted"},
	{id: 3, note: '-plain', amount: null, price: null, '=head': "it's"},
];

const config = (url: string, more: object = {}, csv: object = {escape_formulas: true}) =>
	JSON.stringify({
		client: {base_url: url},
		naming: 'direct',
		resources: [
			{
				name: 'rows',
				endpoint: {path: 'rows', data_selector: '$'},
				columns: {price: {data_type: 'decimal', precision: 8, scale: 2}},
				...more,
			},
		],
		output: {format: 'csv', csv},
	});

test('texts that a spreadsheet would run get an apostrophe, names of columns too; numbers stay numbers', async () => {
	const server = await startServer([{path: '/rows', respond: {json: rows}}]);
	await using place = await workspace({'sluice.json': config(server.url)});
	const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json']);
	await server.close();
	equal(code, 0, stderr);
	const [file = ''] = (await place.visible()).filter(path => path.endsWith('.escaped.csv'));
	equal(
		await place.read(file),
		[
			`price,id,note,amount,'=head`,
			`-1.50,1,"'=cmd|""/c calc""!A1",-5,'+49 30`,
			`3.00,2,'\t@x,2.5,''=quoted`,
			`,3,'-plain,,it's`,
			'',
		].join('\r\n'),
	);
	deepEqual((await place.sluice(['verify'])).code, 0);
});

test('a merge reads the rows as they were: keys are not doubled, and no apostrophe piles up', async () => {
	let now: object[] = rows;
	const server = await startServer([{path: '/rows', respond: {fn: () => ({json: now})}}]);
	const more = {primary_key: 'note', write_disposition: 'merge'};
	await using place = await workspace({'sluice.json': config(server.url, more)});
	equal((await place.sluice(['run', '-c', 'sluice.json'])).code, 0);
	for (const id of [11, 12]) {
		now = [{...rows[0], id}];
		const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json']);
		equal(code, 0, stderr);
	}
	await server.close();
	const files = (await place.visible()).filter(path => path.endsWith('.csv'));
	const lines = (await Promise.all(files.map(place.read)))
		.flatMap(text => text.split('\r\n').slice(1))
		.filter(Boolean);
	deepEqual(lines.sort(), [
		`,'-plain,3,,it's`,
		`-1.50,"'=cmd|""/c calc""!A1",12,-5,'+49 30`,
		`3.00,'\t@x,2,2.5,''=quoted`,
	]);
});

test('plain and escaped files are not mixed in one table', async () => {
	const server = await startServer([{path: '/rows', respond: {json: rows}}]);
	for (const [first, second] of [
		[{}, {escape_formulas: true}],
		[{escape_formulas: true}, {}],
	]) {
		await using place = await workspace({
			'a.json': config(server.url, {write_disposition: 'append'}, first),
			'b.json': config(server.url, {write_disposition: 'append'}, second),
		});
		equal((await place.sluice(['run', '-c', 'a.json'])).code, 0);
		const {code, stderr} = await place.sluice(['run', '-c', 'b.json']);
		equal(code, 2, stderr);
		match(stderr, /has files in (escaped\.)?csv, and this run would add (escaped\.)?csv.*--full-refresh/);
	}
	await server.close();
});

test('read and write escape as well', async () => {
	const server = await startServer([{path: '/rows', respond: {json: rows.slice(1, 2)}}]);
	await using place = await workspace({'sluice.json': config(server.url)});
	const read = await place.sluice(['read', 'rows', '-c', 'sluice.json', '-f', 'csv']);
	await server.close();
	match(read.stdout, /^3\.00,2,'\t@x,2\.5,''=quoted\r$/m);
	const written = await place.sluice(['write', '-', '-f', 'csv', '--escape-formulas'], {
		stdin: '{"a":"=1+1","b":-1}\n',
	});
	equal(written.stdout, `a,b\r\n'=1+1,-1\r\n`);
});

test('every text is read back as it was', () => {
	const character = fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '\uFF1D', 'a', '"');
	const text = fc.array(character, {maxLength: 6}).map(list => list.join(''));
	fc.assert(
		fc.property(text, given => {
			const escaped = escapeFormula(given);
			equal(unescapeFormula(escaped), given);
			equal(/^[=+\-@\t\r\n\uFF1D]/.test(escaped), false);
		}),
	);
});
