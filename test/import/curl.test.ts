import {deepEqual, equal, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {ConfigError} from '../../src/core/errors.ts';
import {fromTheBeginning} from '../../src/import/beginning.ts';
import {configOfRequest} from '../../src/import/config-of-request.ts';
import {withAuth} from '../../src/import/credentials.ts';
import {requestOfCurl} from '../../src/import/curl/curl.ts';
import {shellWords} from '../../src/import/curl/words.ts';

const words: [said: string, text: string, words: string[]][] = [
	['single quotes keep all as it is', `curl 'a "b" \\ $c'`, ['curl', 'a "b" \\ $c']],
	['double quotes have escapes', String.raw`"a \"b\" \\ \n \$c"`, ['a "b" \\ \\n $c']],
	['pieces that touch are one word', `a'b'"c"d`, ['abcd']],
	['a quote inside of single quotes', `'it'\\''s'`, ["it's"]],
	['an empty word is one', `-H ''`, ['-H', '']],
	["$'…' has the escapes of C", String.raw`$'a\'b\n\x41\u00e9\101\t'`, ["a'b\nAéA\t"]],
	['a line goes on after a backslash', 'curl \\\n  -s \\\r\n  -X \\\nPOST', ['curl', '-s', '-X', 'POST']],
	['an option that has lost its backslash', 'curl x\n  -H a', ['curl', 'x', '-H', 'a']],
	['a variable of the shell is one of a config', `"Bearer $TOKEN" $\{A}b`, [`Bearer $\{TOKEN}`, `$\{A}b`]],
	[
		'what only looks like a variable is literal',
		`'$\{A}' "\\$\{B}" $'$\{C}' $`,
		[`$$\{A}`, `$$\{B}`, `$$\{C}`, '$'],
	],
	['parameters without quotes', 'https://a.example/b?c=1&d=2', ['https://a.example/b?c=1&d=2']],
	['a comment', 'a # b\n', ['a']],
];

for (const [said, text, expected] of words)
	test(`words of a shell: ${said}`, () => deepEqual(shellWords(text).words, expected));

test('a command ends at the sign that ends it, which is told of', () => {
	deepEqual(shellWords('curl a | jq .'), {words: ['curl', 'a'], endedBy: '|'});
	deepEqual(shellWords('curl a && b'), {words: ['curl', 'a'], endedBy: '&&'});
	deepEqual(shellWords('curl a\ncurl b'), {words: ['curl', 'a'], endedBy: 'the end of its line'});
	match(requestOfCurl('curl https://a.example > x').notes?.[0] ?? '', /what follows > .* was left out/);
});

function configOf(command: string): unknown {
	const {config, secrets} = configOfRequest(withAuth(fromTheBeginning(requestOfCurl(command))));
	return {
		...config,
		...(secrets.length > 0 && {secrets: Object.fromEntries(secrets.map(({name, value}) => [name, value]))}),
	};
}

const base_url = 'https://api.example.com/v1';
const resource = (endpoint: object, name = 'contacts'): object[] => [
	{name, endpoint: {path: name, ...endpoint}},
];

const commands: [said: string, command: string, config: object][] = [
	['a URL alone', 'curl https://api.example.com/v1/contacts', {client: {base_url}, resources: resource({})}],
	[
		'a bearer token, and parameters',
		"$ curl -sSL 'https://api.example.com/v1/contacts?status=open&tag=a&tag=b' -H 'Authorization: " +
			"Bearer tok-1234'",
		{
			client: {base_url, auth: {type: 'bearer', token: 'tok-1234'}},
			resources: resource({params: {status: 'open', tag: ['a', 'b']}}),
			secrets: {token: 'tok-1234'},
		},
	],
	[
		'a token in a variable',
		'curl https://api.example.com/v1/$ACCOUNT/contacts -H "Authorization: Bearer $TOKEN"',
		{
			client: {base_url: `${base_url}/$\{ACCOUNT}`, auth: {type: 'bearer', token: `$\{TOKEN}`}},
			resources: resource({}),
		},
	],
	[
		'a user without a password is a key',
		'curl https://api.example.com/v1/contacts -u sk_test_1234:',
		{
			client: {base_url, auth: {type: 'http_basic', username: 'sk_test_1234', password: ''}},
			resources: resource({}),
			secrets: {username: 'sk_test_1234'},
		},
	],
	[
		'Basic in a header',
		`curl https://api.example.com/v1/contacts -H 'authorization: Basic amFuZTpwYXNzLTEyMzQ='`,
		{
			client: {base_url, auth: {type: 'http_basic', username: 'jane', password: 'pass-1234'}},
			resources: resource({}),
			secrets: {password: 'pass-1234'},
		},
	],
	[
		'a key in a header, and a cookie',
		"curl https://api.example.com/v1/contacts -HX-Api-Key:key-1234 -b 'sid=abc; b=c' -A me -e " +
			'https://a.example',
		{
			client: {
				base_url,
				headers: {Cookie: 'sid=abc; b=c', 'User-Agent': 'me', Referer: 'https://a.example'},
				auth: {type: 'api_key', name: 'X-Api-Key', api_key: 'key-1234', location: 'header'},
			},
			resources: resource({}),
			secrets: {cookie: 'sid=abc; b=c', api_key: 'key-1234'},
		},
	],
	[
		'a key in the query',
		`curl 'https://api.example.com/v1/contacts?api_key=key%2B1234&a=1'`,
		{
			client: {base_url, auth: {type: 'api_key', name: 'api_key', api_key: 'key+1234', location: 'query'}},
			resources: resource({params: {a: '1'}}),
			secrets: {api_key: 'key+1234'},
		},
	],
	[
		'JSON, as browsers copy it',
		"curl 'https://api.example.com/v1/contacts' -H 'content-type: application/json' --data-raw " +
			'$\'{"q":"it\\\'s {x}","n":5}\' --compressed',
		{client: {base_url}, resources: resource({method: 'POST', json: {q: "it's {{x}}", n: 5}})},
	],
	[
		'--json, and another method',
		`curl --json '{"a":1}' -X put https://api.example.com/v1/contacts`,
		{client: {base_url}, resources: resource({method: 'PUT', json: {a: 1}})},
	],
	[
		'a form',
		`curl https://api.example.com/v1/contacts -d a=1 -d 'b=x+y%21' --data-urlencode 'c=d e&f'`,
		{client: {base_url}, resources: resource({method: 'POST', data: {a: '1', b: 'x y!', c: 'd e&f'}})},
	],
	[
		'-G makes a query of it',
		`curl -G https://api.example.com/v1/contacts -d a=1 --data-urlencode 'q=x y'`,
		{client: {base_url}, resources: resource({params: {a: '1', q: 'x y'}})},
	],
	[
		'a body that is neither',
		`curl https://api.example.com/v1/contacts -H 'Content-Type: text/xml' -d '<a/>'`,
		{
			client: {base_url, headers: {'Content-Type': 'text/xml'}},
			resources: resource({method: 'POST', data: '<a/>'}),
		},
	],
	[
		'a page in the middle of a list',
		`curl 'https://api.example.com/v1/contacts?page=3&per_page=50&since=2024-01-01'`,
		{client: {base_url}, resources: resource({params: {per_page: '50', since: '2024-01-01'}})},
	],
];

for (const [said, command, config] of commands)
	test(`a curl command becomes a config: ${said}`, () => deepEqual(configOf(command), config));

const refused: [command: string, message: RegExp][] = [
	['wget https://a.example', /expected a curl command, which begins with curl; got "wget"/],
	['curl', /has no URL/],
	['curl https://a.example https://b.example', /several URLs/],
	['curl https://a.example -F a=b', /^-F of the curl command sends multipart\/form-data/],
	['curl https://a.example -d @body.json', /^-d of the curl command reads a file/],
	['curl https://a.example -b cookies.txt', /^-b of the curl command reads a file/],
	[
		'curl https://a.example --headr a:b',
		/--headr of the curl command is not known here \(did you mean --header\?\)/,
	],
	['curl https://a.example -H', /ends after -H, which needs a value/],
	[`curl 'https://a.example`, /has a ' that is not closed/],
	['curl https://a.example -H "A: $(cat token)"', /another command in it/],
	['curl ^"https://a.example^"', /copy it "as cURL \(bash\)"/],
	['curl ftp://a.example', /begin with https:\/\/ or http:\/\//],
];

for (const [command, message] of refused)
	test(`a curl command is refused: ${command}`, () => {
		throws(
			() => requestOfCurl(command),
			(error: unknown) => {
				equal(error instanceof ConfigError, true);
				match((error as Error).message, message);
				return true;
			},
		);
	});

test('what is left out of a command is told, and no secret with it', () => {
	const {notes = []} = requestOfCurl(
		`curl https://a.example -k -x http://u:secret-1@proxy -H 'sec-fetch-mode: cors' -H 'If-None-Match: x'`,
	);
	deepEqual(notes, [
		'-k was left out: where the certificate cannot be checked, set client.tls.insecure: true',
		'-x was left out: set client.proxy, or HTTPS_PROXY in the environment',
		'left out, as only browsers and caches send them: sec-fetch-mode, If-None-Match',
	]);
});
