import {deepEqual, equal, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {addressOf, besideConfig} from '../../src/config/load/output-place.ts';
import {scrub} from '../../src/core/secret.ts';

test('an address is shown without its password, wherever it is', () => {
	const shown = [
		['postgres://me@host/db', 'postgres://me@host/db'],
		['postgres://me:pass-word-1@host/db', 'postgres://me:***@host/db'],
		['postgresql://me:with@sign/and-slash@host/db', 'postgresql://me:***@host/db'],
		[
			'postgres://me@host/db?password=pass-word-2&sslmode=require',
			'postgres://me@host/db?password=***&sslmode=require',
		],
		['POSTGRES://host/db?sslpassword=pass-word-3', 'POSTGRES://host/db?sslpassword=***'],
		['duckdb:folder/file.db', 'duckdb:folder/file.db'],
		['postgres://me:pa?ss-word-5@host/db', 'postgres://me:***@host/db'],
		['delta:s3://KEY:pass/word-7@bucket/lake', 'delta:s3://KEY:***@bucket/lake'],
		['postgres://host:5432/db?user=me@there', 'postgres://host:5432/db?user=me@there'],
		['postgres://host:5432/db?password=pass@word-8', 'postgres://host:5432/db?password=***'],
		['postgres://[::1]:5432/db?password=pass@word-9', 'postgres://[::1]:5432/db?password=***'],
	];
	for (const [url = '', expected] of shown) equal(addressOf(url)?.shown, expected);
	equal(scrub('pass-word-1 pass-word-2 pass-word-3 with@sign/and-slash'), '*** *** *** ***');
	equal(scrub('pa?ss-word-5 pass/word-7 pass@word-8 pass@word-9'), '*** *** *** ***');
	equal(addressOf('postgres://me:one@host/db')?.identity, addressOf('postgres://me:two@host/db')?.identity);
});

test('paths are folders, and other schemes are refused by name', () => {
	for (const path of ['out', './a:b', '/abs', 'C:\\data', '../x']) equal(addressOf(path), undefined);
	throws(
		() => addressOf('ftp://key:pass-word-4@bucket'),
		/ftp:\/\/key:\*\*\*@bucket": ftp: is not supported/,
	);
	throws(() => addressOf('postgre://host/db'), /did you mean "postgres"/);
});

test('the path of a file is relative to the config, and an address is not', () => {
	deepEqual(
		[
			'out',
			'/abs',
			'duckdb:file.db',
			'duckdb:/abs.db',
			'postgres://host/db',
			'delta:lake',
			'delta:s3://b/lake',
		].map(path => besideConfig(path, '/home/me/my/sluice.yaml', '/home/me')),
		[
			'my/out',
			'/abs',
			'duckdb:my/file.db',
			'duckdb:/abs.db',
			'postgres://host/db',
			'delta:my/lake',
			'delta:s3://b/lake',
		],
	);
});
