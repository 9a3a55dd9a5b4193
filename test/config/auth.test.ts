import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {once} from 'node:events';
import {chmod, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {type Connection, connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {StateError} from '../../src/core/errors.ts';
import {Secret, scrub} from '../../src/core/secret.ts';
import type {Authenticator} from '../../src/http/auth/authenticator.ts';
import {bearer} from '../../src/http/auth/bearer.ts';
import {refreshTokenFile} from '../../src/plugins/auth/oauth2/refresh-token-file.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {type RecordedRequest, type Route, type ScriptedServer, startServer} from '../helpers/server.ts';
import {load, problems, withClient, withEndpoint} from './files.ts';

const key = generateKeyPairSync('rsa', {modulusLength: 2048})
	.privateKey.export({type: 'pkcs8', format: 'pem'})
	.toString();

/** Reads all resources of a config whose only other content is this, and returns the requests. */
async function read(
	server: ScriptedServer,
	auth: unknown,
	resources: readonly unknown[] = ['r'],
): Promise<readonly RecordedRequest[]> {
	const config = parseConfig({
		client: {base_url: `${server.url}/v1`, auth, retry: {max_retries: 0}},
		resources,
	});
	const api: Connection = connection(config);
	try {
		for (const resource of resolveResources(config))
			for await (const page of api.extraction(resource, {}).source) assert.ok(page.records);
	} finally {
		await api.close();
	}
	return server.requests;
}

const records: Route = {path: '/v1/r', respond: {json: [{id: 1}]}};

async function withServer(
	routes: readonly Route[],
	work: (server: ScriptedServer) => Promise<void>,
): Promise<void> {
	const server = await startServer(routes);
	try {
		await work(server);
	} finally {
		await server.close();
	}
}

/** `POST /token` takes each refresh token once. */
function rotating(first = 'refresh-0'): Route {
	let valid = first;
	return {
		method: 'POST',
		path: '/token',
		respond: {
			fn({form = {}}) {
				if (form.refresh_token?.[0] !== valid) return {status: 400, json: {error: 'invalid_grant'}};
				valid = `${first.replace(/\d+$/, '')}${Number(/\d+$/.exec(valid)?.[0]) + 1}`;
				return {json: {access_token: `for-${valid}`, refresh_token: valid}};
			},
		},
	};
}

describe('auth of a config', () => {
	test('logs in at a path below base_url, and sends the token as it is told', () =>
		withServer(
			[{method: 'POST', path: '/v1/login', respond: {json: {session: {id: 4711}}}}, records],
			async server => {
				const requests = await read(server, {
					type: 'session',
					login: {
						path: 'login',
						params: {tenant: 'a b'},
						headers: {'X-App': 'x'},
						data: {user: 'jane', pin: 1234},
					},
					token_path: 'session.id',
					send: {name: 'X-Session'},
					expires_in: 60,
				});
				const [login, page] = requests;
				assert.deepEqual(
					[login?.query, login?.form, login?.headers['x-app']],
					[{tenant: ['a b']}, {user: ['jane'], pin: ['1234']}, 'x'],
				);
				assert.equal(page?.headers['x-session'], '4711');
			},
		));

	test('logs in at a URL with JSON, and takes a cookie', () =>
		withServer(
			[
				{method: 'PUT', path: '/auth', respond: {headers: {'set-cookie': 'sid=abc; Path=/'}, json: {}}},
				records,
			],
			async server => {
				const login = {url: `${server.url}/auth`, method: 'PUT', json: {user: 'jane', device: {ids: [1]}}};
				const [first, page] = await read(server, {type: 'session', login, token_cookie: 'sid'});
				assert.deepEqual(first?.json, {user: 'jane', device: {ids: [1]}});
				assert.equal(page?.headers.cookie, 'sid=abc');
			},
		));

	test('asks for a token with a password, in a header when told to', () =>
		withServer(
			[{method: 'POST', path: '/token', respond: {json: {access_token: 'T'}}}, records],
			async server => {
				const [token, page] = await read(server, {
					type: 'oauth2_password',
					token_url: `${server.url}/token`,
					username: 'jane',
					password: 'open sesame',
					client_id: 'me',
					client_secret: 's3cret',
					client_auth: 'basic',
					access_token_request_data: {scope: 'read', version: 2},
				});
				assert.deepEqual(token?.form, {
					grant_type: ['password'],
					username: ['jane'],
					password: ['open sesame'],
					scope: ['read'],
					version: ['2'],
				});
				assert.equal(token?.headers.authorization, `Basic ${btoa('me:s3cret')}`);
				assert.equal(page?.headers.authorization, 'Bearer T');
			},
		));

	test('asks for a token with an assertion', () =>
		withServer(
			[{method: 'POST', path: '/token', respond: {json: {access_token: 'T'}}}, records],
			async server => {
				const [token, page] = await read(server, {
					type: 'oauth2_jwt',
					access_token_url: `${server.url}/token`,
					issuer: 'robot',
					subject: 'jane',
					audience: 'https://aud',
					scopes: 'a b',
					claims: {extra: 'x'},
					private_key: key,
					key_id: 'k1',
					lifetime: 60,
				});
				const [header = '', claims = ''] = token?.form?.assertion?.[0]?.split('.') ?? [];
				const json = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
				assert.deepEqual(json(header), {alg: 'RS256', typ: 'JWT', kid: 'k1'});
				const {iat, exp, jti, ...rest} = json(claims);
				assert.ok(jti);
				assert.equal(exp - iat, 60);
				assert.deepEqual(rest, {iss: 'robot', sub: 'jane', aud: 'https://aud', scope: 'a b', extra: 'x'});
				assert.equal(page?.headers.authorization, 'Bearer T');
			},
		));

	test('is a list, a function, an authenticator, or something else in each endpoint', () =>
		withServer(
			['r', 's', 't', 'u', 'v'].map(name => ({...records, path: `/v1/${name}`})),
			async server => {
				class Own implements Authenticator {
					readonly #value = 'own';
					apply({headers}: Parameters<Authenticator['apply']>[0]): void {
						headers['x-own'] = this.#value;
					}
				}
				const signing: Authenticator['apply'] = ({method, url, headers}) => {
					headers['x-signed'] = `${method} ${url.pathname}`;
				};
				const requests = await read(
					server,
					[{type: 'api_key', name: 'X-Key', api_key: 'key-1'}, {token: 'token-1'}, signing],
					[
						'r',
						{name: 's', endpoint: {auth: new Own()}},
						{
							name: 't',
							endpoint: {
								auth: {
									type: 'hmac',
									secret: 's3cret-key',
									header: 'X-Signature',
									key: 'k',
									key_header: 'X-Key',
								},
							},
						},
						{name: 'u', endpoint: {auth: null}},
						{name: 'v', endpoint: {auth: bearer('token-2')}},
					],
				);
				const names = ['x-key', 'authorization', 'x-signed', 'x-own', 'x-signature'];
				assert.deepEqual(
					requests.map(({headers}) =>
						names.map(name => (name === 'x-signature' ? headers[name] !== undefined : headers[name])),
					),
					[
						['key-1', 'Bearer token-1', 'GET /v1/r', undefined, false],
						[undefined, undefined, undefined, 'own', false],
						['k', undefined, undefined, undefined, true],
						[undefined, undefined, undefined, undefined, false],
						[undefined, 'Bearer token-2', undefined, undefined, false],
					],
				);
			},
		));

	test('that is written twice is one, with one token', () =>
		withServer([rotating(), ...['r', 's'].map(name => ({...records, path: `/v1/${name}`}))], async server => {
			const auth = () => ({
				type: 'oauth2_refresh_token',
				token_url: `${server.url}/token`,
				client_id: 'me',
				refresh_token: 'refresh-0',
			});
			const key = {type: 'api_key', name: 'X-Key', api_key: 'key-1'};
			const requests = await read(server, auth(), ['r', {name: 's', endpoint: {auth: [key, auth()]}}]);
			assert.deepEqual(
				requests.map(({path, headers}) => [path, headers.authorization, headers['x-key']]),
				[
					['/token', undefined, undefined],
					['/v1/r', 'Bearer for-refresh-1', undefined],
					['/v1/s', 'Bearer for-refresh-1', 'key-1'],
				],
			);
		}));

	test('begins with the token that is there, and fetches another after a 401', () =>
		withServer(
			[
				{method: 'POST', path: '/token', respond: {json: {access_token: 'T1'}}},
				{...records, match: {headers: {authorization: 'Bearer T0'}}, times: 1},
				{...records, match: {headers: {authorization: 'Bearer T1'}}},
				{...records, respond: {status: 401}},
			],
			async server => {
				const auth = {
					type: 'oauth2',
					token_url: `${server.url}/token`,
					client_id: 'me',
					client_secret: 's3cret',
					access_token: 'T0',
				};
				const again = {name: 'again', endpoint: {path: 'r'}};
				const requests = await read(server, auth, ['r', again]);
				assert.deepEqual(
					requests.map(({path, headers}) => [path, headers.authorization]),
					[
						['/v1/r', 'Bearer T0'],
						['/v1/r', 'Bearer T0'],
						['/token', undefined],
						['/v1/r', 'Bearer T1'],
					],
				);
			},
		));

	test('may be a function in a JavaScript config, which is loaded and shown as such', async () => {
		const text = `class Own { key = 'hidden'; apply() {} }
		export default {
			client: {base_url: 'https://a.b', auth: [({headers}) => { headers.x = '1'; }, {type: 'hmac', secret: 's3cret-hm', header: 'x'}]},
			resources: [{name: 'a', endpoint: {auth: {apply() {}}}}, {name: 'b', endpoint: {auth: new Own()}}],
		};`;
		const {config, masked} = await load({'sluice.mjs': text});
		const [own] = config.client.auth as [unknown];
		assert.equal(typeof own, 'function');
		const [shown, signature] = masked.client.auth as unknown as [string, {secret: string}];
		assert.deepEqual([shown, signature.secret], ['(a function)', '***']);
		assert.deepEqual(
			masked.resources.map(({endpoint}) => endpoint?.auth),
			[{apply: '(a function)'}, '(Own)'],
		);
	});
});

test('a login at a path needs a base_url', () => {
	const auth = {type: 'session', login: {path: 'login'}, token_path: 'token'};
	const config = parseConfig({
		client: {base_url: '', auth},
		resources: [{name: 'r', endpoint: 'https://a.b/r'}],
	});
	const [only] = resolveResources(config);
	assert.throws(
		() => connection(config).extraction(only!, {}),
		/base_url is empty, so the path of the login must be a whole URL, got "login"/,
	);
});

describe('a wrong auth', () => {
	const url = 'token_url: "https://a.b"';
	const table: [what: string, auth: string, message: RegExp][] = [
		[
			'an unknown kind in a list',
			'[{type: bearrer, token: a}]',
			/client\.auth\[0\]\.type: expected bearer, .*did you mean "bearer"/,
		],
		[
			'a broken entry of a list',
			'[{token: a}, {type: hmac, header: x}]',
			/client\.auth\[1\]\.secret: required key is missing$/,
		],
		['an empty list', '[]', /client\.auth: an empty list; write null for no credentials$/],
		['a word', 'session', /client\.auth: expected an object, such as \{type: bearer/],
		['a number', '5', /client\.auth: expected an object, such as \{type: bearer/],
		[
			'a token request to nowhere',
			'{type: oauth2_password, username: a, password: b}',
			/access_token_url: required key is missing$/,
		],
		[
			'two URLs',
			`{type: oauth2_refresh_token, client_id: a, refresh_token: b, ${url}, access_token_url: "https://a.b"}`,
			/client\.auth\.token_url: the same/,
		],
		[
			'a secret without its id',
			`{type: oauth2, client_secret: c, ${url}}`,
			/client_id: required key is missing$/,
		],
		[
			'a secret of nobody',
			`{type: oauth2_password, username: a, password: b, client_secret: c, ${url}}`,
			/client_id: required key is missing beside client_secret$/,
		],
		[
			'an assertion of nobody',
			`{type: oauth2_jwt, ${url}, algorithm: HS256, secret: abcd}`,
			/issuer: required key is missing, or client_id$/,
		],
		[
			'an assertion without a key',
			`{type: oauth2_jwt, ${url}, client_id: a}`,
			/private_key: required key is missing$/,
		],
		[
			'an assertion without a secret',
			`{type: oauth2_jwt, ${url}, client_id: a, algorithm: HS256}`,
			/secret: required key is missing$/,
		],
		[
			'a key that is none',
			`{type: oauth2_jwt, ${url}, client_id: a, private_key: hello}`,
			/private_key: the private key cannot be read as PEM; it begins/,
		],
		[
			'a login to nowhere',
			'{type: session, login: {}, token_path: a}',
			/login\.path: required key is missing, or url$/,
		],
		[
			'a login to two places',
			'{type: session, login: {path: a, url: "https://a.b"}, token_path: a}',
			/login\.url: in place of path/,
		],
		[
			'a login with two bodies',
			'{type: session, login: {path: a, json: {}, data: x}, token_path: a}',
			/login\.data: a request has one body/,
		],
		[
			'a login without a token',
			'{type: session, login: {path: a}}',
			/token_path: required key is missing, or token_header, or token_cookie$/,
		],
		[
			'a token in two places',
			'{type: session, login: {path: a}, token_path: a, token_cookie: b}',
			/token_cookie: in place of token_path/,
		],
		[
			'a broken path to the token',
			'{type: session, login: {path: a}, token_path: "a["}',
			/token_path: cannot read the path/,
		],
		[
			'a template of unknown parts',
			'{type: hmac, secret: abcd, header: x, template: "{nonce}"}',
			/template: \{nonce\} is no part of a request/,
		],
		[
			'an unknown hash',
			'{type: hmac, secret: abcd, header: x, algorithm: md7}',
			/algorithm: no hash is called "md7"/,
		],
	];
	for (const [what, auth, message] of table) {
		test(`says so: ${what}`, async () => {
			const found = await problems(withClient(`auth: ${auth}`));
			assert.equal(found.length, 1, found.join('\n'));
			assert.match(found[0] ?? '', message);
		});
	}

	test('is said of an endpoint too', async () => {
		const [message] = await problems(withEndpoint('auth: {type: hmac, header: x}'));
		assert.equal(message, 'config.yaml:6:13: resources[0].endpoint.auth.secret: required key is missing');
	});
});

test('secrets of every kind of auth are hidden', async () => {
	const {masked} = await load(
		withClient(`auth:
  - {type: oauth2_refresh_token, client_id: me, client_secret: hide-1, refresh_token: hide-2, token_url: "https://a.b"}
  - {type: oauth2_password, username: jane, password: hide-3, token_url: "https://a.b"}
  - {type: oauth2_jwt, issuer: me, algorithm: HS256, secret: hide-4, private_key_passphrase: hide-5, token_url: "https://a.b"}
  - {type: session, login: {path: a, json: {user: jane, password: hide-6}, headers: {X-Api-Key: hide-7}}, token_path: token}
  - {type: session, login: {path: a, data: "user=jane&password=hide-8"}, token_path: token}
  - {type: hmac, key: hide-9, secret: hide-10, header: x}`),
	);
	assert.doesNotMatch(JSON.stringify(masked), /hide-/);
	assert.match(JSON.stringify(masked), /"username":"jane"/);
	for (let i = 1; i <= 10; i++) if (i !== 8) assert.equal(scrub(`(hide-${i})`), '(***)');
});

describe('refresh_token_file', () => {
	const auth = (server: ScriptedServer, file: string, refreshToken = 'refresh-0') => ({
		type: 'oauth2_refresh_token',
		token_url: `${server.url}/token`,
		client_id: 'me',
		refresh_token: refreshToken,
		refresh_token_file: file,
	});

	test('lets the next run go on with the newest token, which only the owner may read', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'state/token.json');
		await withServer([rotating(), records], async server => {
			await read(server, auth(server, file));
			assert.equal(JSON.parse(await readFile(file, 'utf8')).refresh_token, 'refresh-1');
			assert.equal((await stat(file)).mode & 0o777, 0o600);
			await chmod(file, 0o640);
			const requests = await read(server, auth(server, file));
			assert.deepEqual(
				requests.flatMap(({form}) => form?.refresh_token ?? []),
				['refresh-0', 'refresh-1'],
			);
			assert.equal((await stat(file)).mode & 0o777, 0o600);
		});
	});

	test('holds the newest token when the run ends between rotation and use', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const seen: string[] = [];
		const dying: Route = {
			path: '/v1/r',
			respond: {
				async fn() {
					seen.push(await readFile(file, 'utf8'));
					return {status: 500};
				},
			},
		};
		await withServer([rotating(), {...dying, times: 1}, records], async server => {
			await assert.rejects(read(server, auth(server, file)), {status: 500});
			assert.equal(
				JSON.parse(seen[0] ?? '').refresh_token,
				'refresh-1',
				'the file came before the first use',
			);
			await read(server, auth(server, file));
		});
	});

	test('is used by one at a time, who begins with the token that the one before left', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const {signal} = new AbortController();
		const steps: string[] = [];
		const uses = [1, 2, 3].map(number => {
			const store = refreshTokenFile(file, 'refresh-0');
			return store.alone(async () => {
				const token = await store.load();
				steps.push(`use ${token?.reveal() ?? 'refresh-0'}`);
				// Room for others to come in, if they could.
				await new Promise(resolve => setTimeout(resolve, 250));
				await store.save(new Secret(`refresh-${steps.length}`));
				steps.push(`${number} is done`);
			}, signal);
		});
		await Promise.all(uses);
		assert.deepEqual(
			steps.filter((_, i) => i % 2 === 0),
			['use refresh-0', 'use refresh-1', 'use refresh-3'],
		);
		assert.equal(JSON.parse(await readFile(file, 'utf8')).refresh_token, 'refresh-5');
		assert.deepEqual((await readdir(folder.path)).sort(), ['.token.json.lock', 'token.json']);
		assert.deepEqual(await readdir(join(folder.path, '.token.json.lock')), []);
	});

	test('is one file by whatever link it is reached', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const {signal} = new AbortController();
		const store = refreshTokenFile(file, 'refresh-0');
		await store.save(new Secret('refresh-1'));
		await mkdir(join(folder.path, 'elsewhere'));
		await symlink(file, join(folder.path, 'elsewhere/link.json'));
		const linked = refreshTokenFile(join(folder.path, 'elsewhere/link.json'), 'refresh-0', {mostWaitMs: 0});
		await store.alone(
			() =>
				assert.rejects(
					linked.alone(async () => {}, signal),
					/elsewhere\/link\.json: is in use by process/,
				),
			signal,
		);
	});

	test('does not wait for a process that has died', async () => {
		await using folder = await temporaryFolder();
		const child = spawn(process.execPath, ['-e', '']);
		await once(child, 'close');
		const lock = join(folder.path, '.token.json.lock');
		await mkdir(lock);
		const holder = {writer: 'dead', host: hostname(), pid: child.pid, since: new Date().toISOString()};
		await writeFile(join(lock, '000000000001.json'), JSON.stringify(holder));
		const store = refreshTokenFile(join(folder.path, 'token.json'), 'refresh-0', {mostWaitMs: 0});
		assert.equal(await store.alone(async () => 'done', new AbortController().signal), 'done');
		assert.deepEqual(await readdir(lock), []);
	});

	test('that another process does not give back is an error, which names it and its lock', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const {signal} = new AbortController();
		await withServer([rotating(), records], async server => {
			await refreshTokenFile(file, 'refresh-0').alone(async () => {
				const store = refreshTokenFile(file, 'refresh-0', {mostWaitMs: 0});
				await assert.rejects(
					store.alone(() => read(server, auth(server, file)), signal),
					(error: StateError) => {
						assert.ok(error instanceof StateError);
						assert.match(
							error.message,
							/^refresh_token_file \S+token\.json: is in use by process \d+ on .+, since .+, and was not free within 0 s\..* End that process, .* remove \S+\.token\.json\.lock\/000000000001\.json$/,
						);
						assert.ok(error.message.includes(`process ${process.pid} on`));
						return true;
					},
				);
				assert.equal(server.requests.length, 0);
			}, signal);
		});
	});

	test('is waited for until the request ends', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const store = refreshTokenFile(file, 'refresh-0');
		const stop = new AbortController();
		await store.alone(async () => {
			const waiting = refreshTokenFile(file, 'refresh-0').alone(
				async () => assert.fail('had no turn'),
				stop.signal,
			);
			setImmediate(() => stop.abort(new Error('enough')));
			await assert.rejects(waiting, error => stop.signal.aborted && !(error instanceof StateError));
		}, new AbortController().signal);
		// The one that gave up has left nothing in the way of the next.
		await store.alone(async () => {}, new AbortController().signal);
	});

	test('that cannot be locked is not used at all', async () => {
		await using folder = await temporaryFolder();
		await writeFile(join(folder.path, '.token.json.lock'), '');
		await withServer([rotating(), records], async server => {
			await assert.rejects(
				read(server, auth(server, join(folder.path, 'token.json'))),
				/refresh_token_file .*token\.json: cannot write .*\.lock: a part of the path is a file, not a folder/,
			);
			assert.equal(server.requests.length, 0);
		});
	});

	test('of which nobody left a newer token, makes no second request', async () => {
		await using folder = await temporaryFolder();
		await withServer(
			[{method: 'POST', path: '/token', respond: {status: 400, json: {error: 'invalid_grant'}}}],
			async server => {
				const file = join(folder.path, 'token.json');
				await refreshTokenFile(file, 'refresh-0').save(new Secret('refresh-7'));
				await assert.rejects(read(server, auth(server, file)), /no OAuth2 token/);
				assert.equal(server.requests.length, 1);
			},
		);
	});

	test('gives way to a token of the config that is new', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		await refreshTokenFile(file, 'refresh-0').save(new Secret('refresh-7'));
		await withServer([rotating('other-0'), records], async server => {
			await read(server, auth(server, file, 'other-0'));
			await read(server, auth(server, file, 'other-0'));
		});
		assert.equal(JSON.parse(await readFile(file, 'utf8')).refresh_token, 'other-2');
	});

	test('does not hold the token of the config, by which to tell that it changed', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		const store = refreshTokenFile(file, 'refresh-of-config');
		assert.equal(await store.load(), undefined);
		await store.save(new Secret('refresh-new'));
		assert.equal((await store.load())?.reveal(), 'refresh-new');
		assert.doesNotMatch(await readFile(file, 'utf8'), /of-config/);
	});

	test('that cannot be read or written stops the run and says what to do', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'token.json');
		await writeFile(file, '{"refresh_token": ');
		const broken = refreshTokenFile(file, 'refresh-0');
		await assert.rejects(broken.load(), (error: StateError) => {
			assert.ok(error instanceof StateError);
			assert.match(error.message, /token\.json holds no refresh token; remove it to begin with/);
			return true;
		});
		await mkdir(join(folder.path, 'folder'));
		const nowhere = refreshTokenFile(join(folder.path, 'folder'), 'refresh-0');
		await assert.rejects(
			nowhere.save(new Secret('refresh-1')),
			/new refresh token cannot be kept in .*folder: .*it is a folder/,
		);
		await assert.rejects(nowhere.load(), /cannot be read/);
	});
});
