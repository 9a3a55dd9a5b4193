import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {interpolate} from '../../src/config/load/interpolate.ts';
import {doubled, fill} from '../../src/config/placeholders/braces.ts';
import {load, problems, withClient, withEndpoint} from './files.ts';

const none = {env: {}, secrets: {get: () => undefined, places: () => ''}};

test('variables, defaults and literals are filled in anywhere in a text', async () => {
	const headers = `headers: {A: "\${X}-\${Y:-y}-\${Z:-}", B: "$\${X}", C: "\${EMPTY:-full}", D: "\${EMPTY}", E: "a $ b"}`;
	const {config} = await load(withClient(headers), {env: {X: 'x', EMPTY: ''}});
	assert.deepEqual(config.client.headers, {A: 'x-y-', B: `\${X}`, C: 'full', D: '', E: 'a $ b'});
});

test('a value that was filled in is not searched for more references', async () => {
	const {config} = await load(withClient(`headers: {A: "\${X}"}`), {env: {X: `\${Y}`, Y: 'y'}});
	assert.deepEqual(config.client.headers, {A: `\${Y}`});
});

test('everything that is not set is listed with its place, and where it was looked for', async () => {
	const text = withClient(`headers: {A: "\${X} \${X2}"}\nauth: {token: "\${secrets.my.token}"}`);
	assert.deepEqual(await problems(text), [
		`config.yaml:3:16: client.headers.A: \${X} is not set in the environment; set it, or write \${X:-default}`,
		`config.yaml:3:16: client.headers.A: \${X2} is not set in the environment; set it, or write \${X2:-default}`,
		`config.yaml:4:17: client.auth.token: \${secrets.my.token} is not set; looked for MY__TOKEN in the environment, ` +
			'my.token in secrets.toml or .dlt/secrets.toml',
	]);
});

test('what is not set is one problem, not a second one for its shape', async () => {
	assert.deepEqual(await problems(`client: {base_url: "\${URL}"}\nresources: [a]`), [
		`config.yaml:1:20: client.base_url: \${URL} is not set in the environment; set it, or write \${URL:-default}`,
	]);
});

test('without its secrets a URL is one, be a secret all of it, its host or its user', () => {
	const tree = {
		base_url: `\${secrets.a}`,
		url: `https://\${secrets.b}:\${secrets.c}@\${secrets.d}.example.com/x`,
	};
	const {tree: filled, problems: found} = interpolate(tree, {...none, withoutSecrets: true});
	assert.deepEqual(found, []);
	for (const url of Object.values(filled as typeof tree)) assert.ok(URL.canParse(url), url);
});

test('no secret is found where nobody put one', async () => {
	const [message] = await problems(withClient(`auth: {token: "\${secrets.constructor.name}"}`));
	assert.match(
		message!,
		/\$\{secrets\.constructor\.name\} is not set; looked for CONSTRUCTOR__NAME in the environment/,
	);
});

test('a reference that cannot be read says how to write one', async () => {
	const usage = `write \${NAME}, \${NAME:-default}, \${secrets.name} or \${file:path}, and $\${ for a literal \${`;
	assert.deepEqual(await problems(withClient(`headers: {A: "\${a b}", B: "\${X"}`)), [
		`config.yaml:3:16: client.headers.A: cannot read \${a b}; ${usage}`,
		`config.yaml:3:29: client.headers.B: "\${" without its "}"; ${usage}`,
	]);
});

test('secrets come from the environment, then secrets.toml, then dlt’s own file', async () => {
	const files = {
		'config.yaml': withClient(
			`auth: {type: http_basic, username: "\${secrets.a}", password: "\${secrets.b}-\${secrets.c.d}-\${secrets.e}"}`,
		),
		'secrets.toml': 'a = "from-toml"\nb = "from-toml"\ne = 5\n',
		'.dlt/secrets.toml': 'a = "from-dlt"\nb = "from-dlt"\n[c]\nd = "from-dlt"\n',
	};
	const {config} = await load(files, {env: {A: 'env'}});
	assert.deepEqual(config.client.auth, {
		type: 'http_basic',
		username: 'env',
		password: 'from-toml-from-dlt-5',
	});
});

test('a broken secrets.toml is located without showing what it holds', async () => {
	const [message] = await problems({
		'config.yaml': withClient(''),
		'secrets.toml': 'a = "hidden-one"\nb = "hidden-two\n',
	});
	assert.match(message!, /secrets\.toml:2:\d+: Invalid TOML document: /);
	assert.doesNotMatch(message!, /hidden/);
});

test('an env file gives variables and secrets, the environment wins over it, and a missing one is an error', async () => {
	const files = {
		'config.yaml': withClient(`headers: {A: "\${X}", B: "\${Y}", C: "\${secrets.z}"}`),
		'.env': 'X=from-file\nY=from-file\nZ=from-file\n',
	};
	const {config} = await load(files, {env: {X: 'env'}, envFile: '.env'});
	assert.deepEqual(config.client.headers, {A: 'env', B: 'from-file', C: 'from-file'});
	assert.match(
		(await problems(files, {envFile: 'none.env'}))[0]!,
		/^none\.env: the file of variables cannot be read: ENOENT/,
	);
});

test('a value that is one variable becomes a number or true/false where the schema wants one, and stays text elsewhere', async () => {
	const env = {N: '007', B: 'true', D: '1.50'};
	const text = withEndpoint(
		`paginator: {type: offset, limit: "\${N}", stop_after_empty_page: "\${B}"}\nparams: {n: "\${N}"}`,
	);
	const {config} = await load(text, {env});
	const [resource] = resolveResources(config);
	assert.deepEqual(resource?.endpoint.params, {n: '007'});
	const {paginator} = resource!.endpoint;
	assert.deepEqual(paginator.type === 'offset' && [paginator.limit, paginator.stop_after_empty_page], [
		7,
		true,
	]);
	const client = (
		await load(withClient(`headers: {A: "\${D}"}\nretry: {factor: "\${D}", max_retries: "\${R:-2}"}`), {env})
	).config.client;
	assert.deepEqual([client.headers, client.retry], [{A: '1.50'}, {factor: 1.5, max_retries: 2}]);
});

test('a secret is always text, and so is a variable among other text', async () => {
	const text = withClient(`retry: {factor: "\${secrets.n}", delay: "\${N}0"}`);
	assert.deepEqual(await problems(text, {env: {N: '5'}}), [
		'config.yaml:3:19: client.retry.factor: expected a number, got the text "5"',
		'config.yaml:3:42: client.retry.delay: expected a number, got the text "50"',
	]);
});

test('braces in a variable are sent as they are', async () => {
	const env = {FILTER: '{"a": {"b": 1}}', ORG: '{o}', TOKEN: 'tok{en}}'};
	const text = withEndpoint(
		`path: "\${ORG}/x"\nparams: {filter: "\${FILTER}", api_key: "\${secrets.token}"}\nheaders: {F: "\${FILTER}"}`,
	);
	const {config, masked} = await load(text, {env});
	const [resource] = resolveResources(config);
	assert.equal(resource?.endpoint.path, '{o}/x');
	assert.deepEqual(resource?.endpoint.params, {filter: env.FILTER, api_key: env.TOKEN});
	assert.deepEqual(resource?.endpoint.headers, {F: env.FILTER});
	assert.doesNotMatch(JSON.stringify(masked), /tok\{/);
});

test('the masked config shows *** for what came from a secret or stands under a secret name, and nothing else', async () => {
	const text = `
client:
  base_url: https://bob:passw0rd@a.b
  headers: {Authorization: plain-key, X-Tenant: "t-\${secrets.tenant}", X-Other: other, X-Short: "\${secrets.short}"}
  auth: {type: oauth2, client_id: id-1, client_secret: csec-1, token_url: "https://a.b"}
resources:
  - name: token
    endpoint: {params: {api_key: pkey-1, key: gkey-1, q: "\${Q}"}}
    columns: {token: text, password: text}
`;
	const {config, masked} = await load(text, {env: {TENANT: 'acme', SHORT: 'ab', Q: 'query'}});
	assert.deepEqual(masked.client.headers, {
		Authorization: '***',
		'X-Tenant': 't-***',
		'X-Other': 'other',
		'X-Short': '***',
	});
	assert.equal(masked.client.base_url, 'https://bob:***@a.b');
	const auth = masked.client.auth as {client_id?: string; client_secret?: string};
	assert.deepEqual([auth.client_id, auth.client_secret], ['id-1', '***']);
	assert.deepEqual(masked.resources[0]?.endpoint?.params, {api_key: '***', key: '***', q: 'query'});
	assert.deepEqual(masked.resources[0]?.columns, config.resources[0]?.columns);
	assert.equal(config.client.headers?.['X-Tenant'], 't-acme');
});

test('what stands under a secret name is hidden however an API spells it, and a token of paging is not', async () => {
	const shown = async (part: string, values: object) => {
		const {masked} = await load(
			withEndpoint(`path: "a?api_token=inpath-1&page_token=abc"\n${part}: ${JSON.stringify(values)}`),
		);
		assert.equal(masked.resources[0]?.endpoint?.path, 'a?api_token=***&page_token=abc');
		return masked.resources[0]?.endpoint?.[part as 'params'];
	};
	const hidden = ['api_token', 'appid', 'jwt', 'pass', 'subscription-key', 'X-Auth-Key', 'X-API-Token'];
	const open = ['page_token', 'next_token', 'pass_through', 'passenger'];
	for (const part of ['params', 'headers', 'json']) {
		const values = Object.fromEntries([...hidden, ...open].map((name, n) => [name, `${part}-${n}-`]));
		const wanted = Object.fromEntries(
			Object.entries(values).map(([name, value]) => [name, hidden.includes(name) ? '***' : value]),
		);
		assert.deepEqual(await shown(part, values), wanted);
	}
});

test('texts without references come through unchanged, whatever they hold', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom('$', '}', '{', 'a', ' ', '\\', 'é')}), text => {
			fc.pre(!text.includes(`\${`));
			assert.deepEqual(interpolate({a: [text]}, none).tree, {a: [text]});
		}),
	);
});

test('doubled braces are filled to what they were, whatever the text', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom('{', '}', 'a', '$', '&')}), text => {
			assert.equal(fill(doubled(text)), text);
		}),
	);
});
