import {doesNotMatch, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {RequestError} from '../../src/core/errors.ts';
import {Secret, scrub} from '../../src/core/secret.ts';

test('a secret prints as *** however it is printed', () => {
	const secret = new Secret('hunter-two/+x');
	strictEqual(`${secret}`, '***');
	strictEqual(JSON.stringify({secret}), '{"secret":"***"}');
	strictEqual(inspect({secret}), '{ secret: *** }');
	strictEqual(secret.reveal(), 'hunter-two/+x');
});

test('its value is scrubbed from texts and errors, plain or URL-encoded', () => {
	new Secret('p@ss word+1');
	strictEqual(scrub('a p@ss word+1 b'), 'a *** b');
	strictEqual(scrub(`?k=${encodeURIComponent('p@ss word+1')}&x`), '?k=***&x');
	strictEqual(scrub(`k=${new URLSearchParams({k: 'p@ss word+1'}).toString().slice(2)}`), 'k=***');
	const error = new RequestError('GET http://h/?k=p@ss word+1 failed', {
		code: 'ERR_NETWORK',
		method: 'GET',
		url: 'http://h/?k=p@ss word+1',
		attempts: 1,
		body: `${'-'.repeat(995)}p@ss word+1`,
	});
	doesNotMatch(JSON.stringify([error, error.message, error.url, error.body]), /p@ss/);
	strictEqual(error.body, `${'-'.repeat(995)}***`);
});
