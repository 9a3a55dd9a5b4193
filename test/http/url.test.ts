import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Secret} from '../../src/core/secret.ts';
import {redactUrl} from '../../src/http/secrets/redact.ts';
import {joinUrl, withQuery} from '../../src/http/url.ts';

describe('joinUrl', () => {
	for (const [base, path, expected] of [
		['http://h', 'a/b', 'http://h/a/b'],
		['http://h/', '/a/b', 'http://h/a/b'],
		['http://h//', '//a', 'http://h/a'],
		['http://h/v1', 'a/', 'http://h/v1/a/'],
		['http://h', '', 'http://h'],
		['http://h/v1/', '', 'http://h/v1'],
		['http://h', '/', 'http://h/'],
		['', 'http://x/y', 'http://x/y'],
		['http://h', 'HTTPS://x/y', 'HTTPS://x/y'],
		['http://h', 'a?x=1', 'http://h/a?x=1'],
		['http://h/v1?k=1', 'a', 'http://h/v1/a?k=1'],
		['http://h/v1?k=1', '/a?x=2', 'http://h/v1/a?k=1&x=2'],
		['http://h/v1?k=1', '', 'http://h/v1?k=1'],
		['http://h/v1/?k=a/', '?x=2#top', 'http://h/v1?k=a/&x=2'],
		['http://h', 'redirect?to=http://x/', 'http://h/redirect?to=http://x/'],
	] as const) {
		it(`puts ${JSON.stringify(path)} under ${JSON.stringify(base)}`, () =>
			assert.equal(joinUrl(base, path), expected));
	}
});

describe('withQuery', () => {
	it('sets, replaces, repeats and leaves out', () => {
		const url = withQuery('http://h/a?limit=5&keep=x&limit=6', {
			limit: 10,
			ids: [1, 2n],
			none: null,
			absent: undefined,
			on: true,
		});
		assert.equal(url.href, 'http://h/a?keep=x&limit=10&ids=1&ids=2&on=true');
	});

	it('drops a parameter that is set to null, and nulls in a list', () => {
		assert.equal(withQuery('http://h/?a=1&b=2', {a: null, c: [null, 'x', null]}).href, 'http://h/?b=2&c=x');
	});

	it('writes a space as %20 and a plus as %2B', () => {
		const url = withQuery('http://h/?old=a+b', {q: 'c d+e'});
		assert.equal(url.search, '?old=a%20b&q=c%20d%2Be');
	});

	it('leaves the rest of the query as it was written', () => {
		assert.equal(
			withQuery('http://h/?flag&sig=a%2Fb/c~&$top=1', {x: 1}).search,
			'?flag&sig=a%2Fb/c~&$top=1&x=1',
		);
	});

	it('finds a parameter to replace however its name is spelled', () => {
		assert.equal(withQuery('http://h/?page%5Bsize%5D=1', {'page[size]': 2}).search, '?page%5Bsize%5D=2');
	});

	it('does not change the URL it was given', () => {
		const url = new URL('http://h/?a=1');
		withQuery(url, {a: 2});
		assert.equal(url.href, 'http://h/?a=1');
	});

	it('is read back by any form decoder', () => {
		fc.assert(
			fc.property(
				fc.dictionary(fc.string({unit: 'binary', minLength: 1}), fc.string({unit: 'binary'})),
				params => {
					const {search} = withQuery('http://h/', params);
					assert.ok(!search.includes('+'));
					assert.deepEqual(Object.fromEntries(new URLSearchParams(search)), {...params});
				},
			),
		);
	});
});

describe('redactUrl', () => {
	it('hides a secret whole that begins like a shorter one', () => {
		for (const secret of ['0pen', '0pensesame']) new Secret(secret);
		assert.equal(redactUrl('https://h/?q=0pensesame&r=0pen'), 'https://h/?q=***&r=***');
	});

	it('hides user, password, named and usual secrets, and nothing else', () => {
		const url = 'https://me:pw@h/a?api_key=k1&kode=k2&page_token=p&limit=5&access_token=t#f';
		assert.equal(
			redactUrl(url, ['kode']),
			'https://***@h/a?api_key=***&kode=***&page_token=p&limit=5&access_token=***',
		);
	});
});
