import {deepEqual, equal, match, throws} from 'node:assert/strict';
import {mock, test} from 'node:test';
import type {AuthContext, OutgoingRequest} from '../../../src/http/auth/authenticator.ts';
import {type AwsSigV4Options, awsSigV4} from '../../../src/http/auth/aws-sigv4.ts';
import {workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';

const example = {
	accessKeyId: 'AKIDEXAMPLE',
	secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
	region: 'us-east-1',
	service: 'service',
};

async function signed(
	href: string,
	options: Partial<AwsSigV4Options> = {},
	more: Partial<OutgoingRequest> = {},
): Promise<OutgoingRequest> {
	mock.timers.enable({apis: ['Date'], now: Date.UTC(2015, 7, 30, 12, 36)});
	const request: OutgoingRequest = {method: 'GET', url: new URL(href), headers: {}, body: undefined, ...more};
	await awsSigV4({...example, ...options}).apply(request, {} as AuthContext);
	mock.timers.reset();
	return request;
}

// Of the test suite that AWS publishes.
for (const [name, href, method, signature] of [
	['get-vanilla', '/', 'GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
	[
		'get-vanilla-query-order-key-case',
		'/?Param2=value2&Param1=value1',
		'GET',
		'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
	],
	['post-vanilla', '/', 'POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
] as const) {
	test(`a request is signed as AWS does: ${name}`, async () => {
		const {headers} = await signed(`https://example.amazonaws.com${href}`, {}, {method});
		equal(
			headers.authorization,
			'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
				`SignedHeaders=host;x-amz-date, Signature=${signature}`,
		);
		equal(headers['x-amz-date'], '20150830T123600Z');
	});
}

test('path and query are sent in the spelling that was signed', async () => {
	const {url} = await signed("https://a.test/x(1)?b=2&a=it's+1&a=%7e&c");
	equal(url.pathname, '/x%281%29');
	equal(url.search, '?a=it%27s%2B1&a=~&b=2&c=');
});

test('a session token and a content type are signed; S3 gets the hash of the body', async () => {
	const {headers} = await signed(
		'https://a.test/',
		{sessionToken: 'session-token-1', service: 's3'},
		{headers: {'content-type': 'application/json', 'user-agent': 'sluice'}, body: '{}', method: 'POST'},
	);
	match(
		headers.authorization ?? '',
		/SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
	);
	deepEqual(headers['x-amz-security-token'], 'session-token-1');
});

test('what is missing is named', () => {
	throws(() => awsSigV4({...example, region: ''}), /needs a region/);
	throws(() => awsSigV4({...example, secretAccessKey: ''}), /needs a secretAccessKey/);
});

test('a config signs its requests with auth of the type aws_sigv4', async () => {
	const server = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	const auth =
		'{type: aws_sigv4, access_key_id: AK, secret_access_key: top-secret-key, session_token: tok-1234, ' +
		'region: eu}';
	await using place = await workspace({
		'sluice.yaml': `client: {base_url: "${server.url}", paginator: single_page, auth: ${auth}}\nresources: [rows]\n`,
	});
	equal((await place.sluice(['read', 'rows'])).code, 0);
	const {headers} = server.requests[0] ?? {headers: {} as Record<string, string>};
	match(
		headers.authorization ?? '',
		/Credential=AK\/\d{8}\/eu\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token,/,
	);
	equal(headers['x-amz-security-token'], 'tok-1234');
	await server.close();
});
