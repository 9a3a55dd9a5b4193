import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {bytes, clip, fitParts, printableCell, seconds, table} from '../../src/cli/terminal/format.ts';
import {summaryTable} from '../../src/cli/terminal/summary.ts';
import width from '../../src/cli/terminal/width.ts';
import {addCounts} from '../../src/core/pipeline.ts';
import {formatCount, plural} from '../../src/core/quantity.ts';

test('numbers are written for people', () => {
	deepEqual([0, 999, 1000, 1234, 999_499, 999_500, 12_345_678].map(bytes), [
		'0 B',
		'999 B',
		'1.0 kB',
		'1.2 kB',
		'999 kB',
		'1.0 MB',
		'12.3 MB',
	]);
	deepEqual([0, 0.004, 9.994, 9.999, 59.94, 59.96, 61, 3599.6, 7500].map(seconds), [
		'0.00 s',
		'0.00 s',
		'9.99 s',
		'10.0 s',
		'59.9 s',
		'1 min 0 s',
		'1 min 1 s',
		'1 h 0 min',
		'2 h 5 min',
	]);
	deepEqual([0, 7, 999, 1000, 99.6, 123_456, 1_234_567, 2_147_483_648, -1234, -123].map(formatCount), [
		'0',
		'7',
		'999',
		'1,000',
		'100',
		'123,456',
		'1,234,567',
		'2,147,483,648',
		'-1,234',
		'-123',
	]);
	deepEqual([plural(1, 'row'), plural(0, 'row'), plural(12_000, 'row')], ['1 row', '0 rows', '12,000 rows']);
});

test('a text is as wide as a terminal shows it', () => {
	deepEqual(['abc', '漢字', 'é', 'e\u0301', '🙂', '👍🏽', '한글', 'ｆ'].map(width), [3, 4, 1, 1, 2, 2, 4, 2]);
	equal(clip('abcdef', 4), 'abc…');
	equal(clip('漢字漢字', 5), '漢字…');
	equal(clip('漢字漢字', 4), '漢…');
	equal(clip('abcd', 4), 'abcd');
	equal(printableCell('a\n\tb\u001b[31m\u0000'), 'a b\ufffd[31m\ufffd');
});

test('a line that is too long for the terminal ends with a whole figure', () => {
	const line = 'contacts: 12,000 rows, 120 requests, 3.4 MB';
	deepEqual(
		[80, 43, 42, 25, 20, 8].map(columns => fitParts(line, columns)),
		[
			line,
			line,
			'contacts: 12,000 rows, 120 requests',
			'contacts: 12,000 rows',
			'contacts: 12,000 ro…',
			'contact…',
		],
	);
});

test('a summary leaves out columns of zeros where the terminal is narrow', () => {
	const counts = addCounts([{written: 3000, requests: 30, retries: 2, bytesWritten: 5000}]);
	const results = [
		{resource: 'contacts', counts, seconds: 2},
		{resource: 'teams', counts: addCounts([]), seconds: 1, error: new Error('no')},
	];
	const [wide, narrow] = [summaryTable(results, 2.5), summaryTable(results, 2.5, 70)].map(
		text => text.split('\n')[0] ?? '',
	);
	equal(wide?.split(/ +/).join(' '), 'resource rows requests retries duplicates rejects bytes time rows/s');
	equal(narrow?.split(/ +/).join(' '), 'resource rows requests retries bytes time rows/s');
	equal(
		summaryTable(results, 2.5).split('\n')[4]?.split(/ +/).join(' '),
		// Not 3 s: the two were read at once.
		'total 3,000 30 2 0 0 5.0 kB 2.50 s 1,200',
	);
});

test('a table is aligned, numbers to the right', () => {
	equal(
		table(
			['name', 'n'],
			[
				['漢字', '1'],
				['abc', '1,000'],
			],
			{right: ['n']},
		),
		['name      n', '────  ─────', '漢字      1', 'abc   1,000'].join('\n'),
	);
});
