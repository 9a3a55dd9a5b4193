/**
 * Values at the edge of what an option takes: zero, less, a fraction, too much, nothing. Each is put in the
 * place of every value of configs that name every option there is. What the config lets through, nothing
 * behind it may trip over.
 */
import {deepStrictEqual, equal, ok, throws} from 'node:assert/strict';
import {generateKeyPairSync} from 'node:crypto';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {exitCodeOf, exitCodes} from '../../src/cli/terminal/exit-codes.ts';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {loadConfig} from '../../src/config/load/load.ts';
import {type ConfigPath, formatPath, isPlainObject, mapLeaves, valueAt} from '../../src/config/tree.ts';
import {RequestError, SluiceError, StageError} from '../../src/core/errors.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';

/** What is put in the place of a value, by what it is. */
/** Functions, and what needs files: other tests have them. */
const elsewhere = new Set(['map', 'yield_map', 'include', 'plugins', 'ca', 'cert', 'passphrase']);

const edges: {readonly [kind: string]: readonly unknown[]} = {
	number: [0, -1, 1.5, 1e300, ''],
	string: ['', '%', 'é\n', 0],
	boolean: [0, ''],
	list: [[], '', 0],
	object: [{}, [], ''],
};

// Nobody listens there.
const url = 'http://127.0.0.1:9';
const {privateKey: rsaKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
const rsa = rsaKey.export({type: 'pkcs8', format: 'pem'}) as string;
const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const pem = privateKey.export({type: 'pkcs8', format: 'pem'}) as string;

const token = {
	access_token_url: `${url}/token`,
	access_token_request_data: {scope: 'all'},
	access_token_request_headers: {'x-a': 'b'},
	default_token_expiration: 60,
	client_auth: 'body',
};
const client = {client_id: 'me', client_secret: 'hush'};
const auths = [
	{type: 'bearer', token: 'hush'},
	{type: 'api_key', name: 'X-Key', api_key: 'hush', location: 'header'},
	{type: 'http_basic', username: '', password: 'hush'},
	{type: 'http_basic', username: 'me', password: ''},
	{type: 'oauth2_client_credentials', ...client, token_url: `${url}/token`, access_token: 'hush'},
	{
		type: 'oauth2_refresh_token',
		...client,
		...token,
		refresh_token: 'hush',
		refresh_token_file: 'refresh.json',
	},
	{
		type: 'oauth2_refresh_token',
		...client,
		token_url: `${url}/token`,
		authorization_url: `${url}/authorize`,
		device_authorization_url: `${url}/device`,
		revocation_url: `${url}/revoke`,
		scopes: ['read'],
		authorization_params: {prompt: 'consent'},
		redirect_port: 8712,
		refresh_token_file: 'refresh.json',
	},
	{
		type: 'oauth2_refresh_token',
		client_id: 'me',
		token_url: `${url}/token`,
		authorization_url: `${url}/authorize`,
		scopes: 'read,write',
		redirect_uri: 'http://localhost:8712/back',
		refresh_token_file: 'refresh.json',
	},
	{type: 'oauth2_password', ...client, ...token, username: 'me', password: 'hush'},
	{
		...{
			type: 'oauth2_jwt',
			...client,
			...token,
			algorithm: 'ES256',
			private_key: pem,
			private_key_passphrase: 'hush',
		},
		...{
			issuer: 'i',
			subject: 's',
			audience: 'a',
			scopes: ['x'],
			claims: {role: 'r'},
			key_id: 'k',
			lifetime: 60,
		},
	},
	{type: 'oauth2_jwt', ...token, issuer: 'i', algorithm: 'HS256', secret: 'hush'},
	{
		...{type: 'oauth2_client_credentials', client_id: 'me', access_token_url: `${url}/token`},
		client_assertion: {
			algorithm: 'ES256',
			private_key: pem,
			key_id: 'k',
			audience: ['a'],
			claims: {x: 1},
			lifetime: 60,
		},
	},
	{type: 'digest', username: 'me', password: 'hush'},
	{
		type: 'oauth1',
		...{consumer_key: 'me', consumer_secret: 'hush', token: 't', token_secret: 'hush', realm: 'r'},
		...{signature_method: 'HMAC-SHA256', location: 'query', body_hash: true},
	},
	{
		type: 'oauth1',
		...{consumer_key: 'me', signature_method: 'RSA-SHA1', private_key: rsa, private_key_passphrase: 'x'},
	},
	{
		type: 'aws_sigv4',
		access_key_id: 'id',
		secret_access_key: 'hush',
		session_token: 's',
		region: 'r',
		service: 'es',
	},
	{
		...{
			type: 'session',
			token_path: 'token',
			expires_in: 60,
			send: {in: 'query', name: 'token', prefix: 'T '},
		},
		login: {path: 'login', method: 'POST', params: {a: 1}, headers: {'x-a': 'b'}, json: {user: 'me'}},
	},
	{type: 'session', token_header: 'x-token', login: {url: `${url}/login`, data: {user: 'me'}}},
	{type: 'session', token_cookie: 'token', send: {in: 'cookie'}, login: {url: `${url}/login`, data: 'me'}},
	{
		...{
			type: 'hmac',
			key: 'k',
			secret: 'hush',
			algorithm: 'sha256',
			encoding: 'hex',
			header: 'x-sign',
			template: '{key}{body}',
		},
		...{timestamp_header: 'x-time', timestamp_format: 'iso', key_header: 'x-key'},
	},
];
const allowed = {require_total: false, ignore_more: true};
const loops = {repeated_page: 'stop', max_empty_pages: 5};
const ends = {total_path: 'total', stop_after_empty_page: true, has_more_path: 'more', ...allowed};
const paginators = [
	{
		type: 'offset',
		limit: 10,
		offset: 0,
		offset_param: 'o',
		limit_param: 'l',
		maximum_offset: 100,
		overlap: 2,
		...ends,
		...loops,
	},
	{type: 'offset', limit: 10, offset_body_path: 'page.offset', limit_body_path: 'page.limit'},
	{
		type: 'page_number',
		base_page: 1,
		page: 1,
		page_param: 'p',
		maximum_page: 9,
		overlap: 1,
		...ends,
		...loops,
	},
	{type: 'page_number', page_body_path: 'page.number'},
	{
		type: 'cursor',
		cursor_path: 'next',
		cursor_param: 'c',
		stop_after_empty_page: true,
		has_more_path: 'more',
		...allowed,
		...loops,
	},
	{type: 'cursor', cursor_body_path: 'page.cursor'},
	{type: 'cursor', cursor_value: '{{ response.n }}', cursor_param: 'n'},
	{type: 'cursor', cursor_path: 'next', keep_params: true},
	{type: 'cursor', cursor_header: 'x-cursor'},
	{
		type: 'cursor',
		cursor_body_path: 'id',
		next_request: {method: 'POST', path: 'scroll', json: {scroll: '1m'}},
	},
	{type: 'cursor', next_request: {path: 'jobs/{cursor}', params: {a: 1}, headers: {accept: '*/*'}}},
	{type: 'json_link', next_request: {method: 'GET'}},
	{type: 'json_link', next_url_path: 'next', has_more_path: 'more', keep_params: true, ...allowed, ...loops},
	{
		type: 'header_link',
		links_next_key: 'next',
		has_more_path: 'more',
		keep_params: true,
		...allowed,
		...loops,
	},
	{type: 'header_cursor', cursor_key: 'next', cursor_param: 'c', ...allowed, ...loops},
	{type: 'header_cursor', cursor_header: 'x-cursor'},
	{type: 'single_page', ...allowed},
	{type: 'auto', ...allowed, ...loops},
];
const incremental = {
	...{
		cursor_path: 'at',
		initial_value: 5,
		end_value: 50,
		last_value_func: 'max',
		row_order: 'asc',
		lag: 1,
		step: 10,
	},
	...{range_start: 'open', range_end: 'closed', on_cursor_value_missing: 'raise', primary_key: 'id'},
};
const incrementals = [
	{...incremental, start_param: 'from', end_param: 'to'},
	{
		cursor_path: 'at',
		initial_value: '2024-01-01',
		lag: 'PT6H',
		step: 'P1D',
		start_param: 'from',
		end_param: 'to',
		format: 'epoch',
	},
	{cursor_path: 'at', cursor_format: '%d.%m.%Y', format: 'date', start_param: 'from'},
];
const shared = {
	table_name: 'table',
	primary_key: ['id'],
	merge_key: 'day',
	write_disposition: {disposition: 'merge', strategy: 'upsert'},
	columns: {
		price: {
			name: 'price',
			data_type: 'decimal',
			precision: 10,
			scale: 2,
			nullable: true,
			description: 'what it costs',
		},
		gone: {type: 'bool', hard_delete: true},
		at: {type: 'timestamp', time_unit: 'ms', dedup_sort: 'desc'},
		tags: {type: 'list', items: 'text'},
		place: {type: 'struct', fields: {x: 'double'}},
	},
	schema_contract: {tables: 'evolve', columns: 'freeze', data_type: 'discard_row'},
	...{
		max_table_nesting: 2,
		selected: true,
		nested: 'flatten',
		naming: 'snake_case',
		keep: 'last',
		parallelized: true,
	},
	partition_by: {column: 'at', unit: 'month', folder: 'at_month'},
	target: {type: 'az', path: 'az://container/raw', account: 'acme', endpoint: 'https://az.example.com'},
	processing_steps: [
		{filter: '@.id > 0'},
		{explode: 'tags'},
		{flatten: {separator: '__', max_depth: 2}},
		{rename: {a: 'b'}},
		{add: {c: 1, d: '{id}', e: {path: 'id'}}},
		{cast: {price: {type: 'decimal', precision: 10, scale: 2}}},
		{hash: {names: ['name'], secret: 'hush'}},
		{mask: {name: {keep: 2}}},
		{change: {fields: ['**'], to: '{{ none }}', when: "{{ value == '' }}"}},
		{remove: {fields: ['x'], when: "{{ value == '' }}"}},
		{select: {id: 'id'}},
	],
};
const endpoint = {
	path: 'a/{q}',
	method: 'GET',
	params: {q: 1, list: ['a', 2]},
	json: {a: 1, b: '{expressions.day}'},
	expressions: {day: '{{ today_utc() }}'},
	headers: {'x-a': 'b'},
	paginator: 'single_page',
	data_selector: 'data',
	error_path: 'error',
	ready_path: 'done',
	missing_rows: 'empty',
	non_finite: 'as_null',
	stop_when: '@.id > 5',
	auth: {type: 'bearer', token: 'hush'},
	response_actions: [
		{status_code: 404, action: 'ignore', message: 'none'},
		{header: {'x-a': 'b'}, content: 'no', json_path: 'error', json_value: 5, action: 'skip'},
		{status_code: ['5xx', 429], action: 'rate_limited', wait_header: 'x-wait', wait_regex: '(\\d+)'},
		{status_code: 429, action: 'rate_limited', wait_path: 'wait', wait: 60},
	],
};
const parent = {name: 'users', endpoint: {path: 'users', incremental: {cursor_path: 'at'}}};
const relation = {
	distinct: true,
	incremental_dependency: true,
	on_missing: 'skip',
	include_from_parent: ['id'],
};
const resources = [
	...auths.map(auth => ({name: 'a', endpoint: {auth}})),
	...paginators.map(paginator => ({
		name: 'a',
		primary_key: 'id',
		endpoint: {paginator, method: 'POST', json: {}},
	})),
	...incrementals.map(incremental => ({name: 'a', endpoint: {incremental}})),
	{
		name: 'a',
		endpoint: {
			sync: {
				token_path: 'a',
				token_param: 'b',
				on_expired: 'full_resync',
				expired_when: [{status_code: 400}],
			},
		},
	},
	{
		name: 'a',
		endpoint: {
			sync: {token_path: 'a', token_body_path: 'b', expired_when: [{json_path: 'a', json_value: 'x'}]},
		},
	},
	{
		name: 'a',
		endpoint: {
			sync: {token_path: 'a', token_header: 'x-b', expired_when: [{status_code: [410, 400], content: 'old'}]},
		},
	},
	{name: 'a', endpoint: {sync: {link_path: 'a'}, paginator: 'json_link'}},
	{name: 'a', endpoint: {params: {from: {type: 'incremental', ...incremental, step: null, end_value: null}}}},
	{name: 'a', endpoint: {incremental: {...incremental, start_param: 'from', end_param: 'to', convert: null}}},
	{
		name: 'a',
		endpoint: {
			data: [['a', 'b']],
			format: {
				type: 'csv',
				delimiter: ',',
				header: ['a', 'b'],
				skip_rows: 1,
				skip_footer: 1,
				ragged: 'pad',
				quotes: 'lenient',
				names: 'lenient',
			},
		},
	},
	{name: 'a', endpoint: {data: {a: 'b'}, format: {type: 'xml', attribute_prefix: '@', lists: ['item']}}},
	{name: 'a', endpoint, ...shared},
	{name: 'a', write_disposition: 'replace', allow_empty: true},
	{name: 'a', nested: 'tables', primary_key: 'id', max_table_nesting: 2},
	{name: 'a', partitions: {x: ['a', 1]}, batch: {size: 2}, endpoint: 'a?x={partitions.x}'},
];

const configs: object[] = [
	...resources.map(resource => ({client: {base_url: url}, resources: [resource]})),
	{
		client: {base_url: url},
		resource_defaults: {...shared, allow_empty: true, endpoint},
		resources: [{name: 'a', endpoint: {params: {q: 2}}}],
	},
	{
		client: {base_url: url},
		resources: [
			parent,
			{
				name: 'a',
				...relation,
				write_disposition: 'append',
				endpoint: {path: 'u/{resources.users.id}', params: {q: '{resources.users.id}'}},
			},
		],
	},
	{
		client: {base_url: url},
		resources: [
			parent,
			{
				name: 'a',
				endpoint: {path: 'u/{id}', params: {id: {type: 'resolve', resource: 'users', field: 'id'}}},
			},
		],
	},
	{
		$schema: 'schema.json',
		name: 'everything',
		naming: 'direct',
		client: {
			base_url: url,
			headers: {'x-a': 'b'},
			auth: {type: 'bearer', token: 'hush'},
			paginator: 'single_page',
			retry: {
				max_retries: 1,
				factor: 2,
				delay: 1,
				max_delay: 2,
				status_codes: [500],
				jitter: true,
				max_retry_after: 5,
			},
			response_actions: [{status_code: '5xx', action: 'retry'}],
			rate_limit: {requests: 2, per: '1s', burst: 1, shared: 'redis://127.0.0.1:9', key: 'all'},
			max_requests: 5,
			timeouts: {connect: 1, headers: 1, body_idle: 1, total: 1},
			concurrency: 2,
			max_buffer: 1000,
			max_body_bytes: 1_000_000,
			trusted_origins: ['https://files.example.com'],
			rewrite_links: 'base_url',
			cookies: true,
			proxy: 'http://127.0.0.1:9',
			tls: {server_name: 'api.example.com', min_version: 'TLSv1.3', insecure: true},
		},
		resources: ['a'],
		output: {
			path: 'out',
			target: {type: 'postgres', schema: 'raw'},
			spool: 'spool',
			format: 'jsonl',
			compression: 'gzip',
			json_as: 'json',
			time_as: 'text',
			checkpoint: {rows: 5, bytes: 5, seconds: 5},
			grace_period: 0,
			part_bytes: 5,
			on_schema_change: 'ignore',
			csv: {escape_formulas: true},
		},
	},
	...['s3', 'delta'].map(type => ({
		client: {base_url: url},
		resources: ['a'],
		output: {path: 'out', target: {type, endpoint: url, region: 'eu-west-1', force_path_style: true}},
	})),
	...[`${url}/api`, 'http://user:pass@127.0.0.1:9'].map(base_url => ({client: {base_url}, resources: ['a']})),
];

test('the configs of this test name every option', async () => {
	const schema: unknown = JSON.parse(
		await readFile(join(import.meta.dirname, '../../../schema.json'), 'utf8'),
	);
	const named = new Set<string>();
	const note = (value: unknown): void => {
		if (typeof value !== 'object' || value === null) return;
		if (!Array.isArray(value)) for (const key of Object.keys(value)) named.add(key);
		for (const item of Object.values(value)) note(item);
	};
	note(configs);
	// A .js config alone can hold a function.
	deepStrictEqual(
		options(schema).filter(name => !named.has(name) && !elsewhere.has(name)),
		[],
	);
});

test('no value at the edge of an option gets past the config and is refused behind it', {
	timeout: 240_000,
}, async () => {
	await using folder = await temporaryFolder();
	const file = join(folder.path, 'sluice.json');
	const wrong: string[] = [];
	let tried = 0;
	for (const config of configs) {
		equal(await outcome(file, config), 'fine', JSON.stringify(config));
		const all = places(config).flatMap(path =>
			(edges[kindOf(valueAt(config, path))] ?? []).map(edge => ({path, edge})),
		);
		const found = await Promise.all(
			all.map(({path, edge}, n) => outcome(`${file}.${n}.json`, changed(config, path, edge))),
		);
		for (const [n, {path, edge}] of all.entries()) {
			if (found[n] === 'fine' || found[n] === 'refused') continue;
			wrong.push(
				`${formatPath(path)}: ${JSON.stringify(edge)} in ` +
					`${JSON.stringify(valueAt(config, path.slice(0, -1)))}: ${found[n]}`,
			);
		}
		tried += all.length;
	}
	ok(tried > 1000, `${tried} tried`);
	deepStrictEqual(wrong, []);
});

test('what is refused behind the config is told of with the name of the resource', () => {
	const config = parseConfig({
		client: {base_url: url},
		resources: [{name: 'prices', columns: {price: {data_type: 'decimal', precision: 40}}}],
	});
	const [resource] = resolveResources(config);
	ok(resource);
	throws(
		() => connection(config).extraction(resource, {}),
		/^ConfigError: prices: columns\[0\]\.precision: .* from 1 to 38, got 40$/,
	);
});

class Waited extends Error {}

/**
 * What comes of a config: what `sluice check` finds, and where that lets it pass, its first request, at which
 * nobody answers.
 */
async function outcome(file: string, config: unknown): Promise<string> {
	await writeFile(file, JSON.stringify(config));
	let isRead = false;
	try {
		const {config: loaded} = await loadConfig(file);
		const api = connection(loaded, {sleep: () => Promise.reject(new Waited())});
		try {
			for (const resource of resolveResources(loaded)) {
				const {source} = api.extraction(resource, {});
				isRead = true;
				for await (const _ of source) break;
			}
		} finally {
			await api.close();
		}
	} catch (error) {
		if (error instanceof RequestError || error instanceof Waited) return 'fine';
		// Such as a value of a list that cannot stand in a path.
		if (error instanceof SluiceError && !(error instanceof StageError) && isRead) return 'fine';
		return exitCodeOf(error) === exitCodes.usage
			? 'refused'
			: String(error instanceof Error ? error.stack : error);
	}
	return 'fine';
}

function kindOf(value: unknown): string {
	return Array.isArray(value) ? 'list' : typeof value;
}

/** The names of all options in a JSON Schema. */
function options(schema: unknown): string[] {
	if (Array.isArray(schema)) return schema.flatMap(options);
	if (!isPlainObject(schema)) return [];
	const own = isPlainObject(schema.properties) ? Object.keys(schema.properties) : [];
	return [...own, ...Object.values(schema).flatMap(options)];
}

/** Where the config has a value, a list or an object. */
function places(tree: unknown, path: ConfigPath = []): ConfigPath[] {
	const below = Array.isArray(tree) ? [...tree.entries()] : isPlainObject(tree) ? Object.entries(tree) : [];
	const own = path.length > 1 ? [path] : [];
	return [...own, ...below.flatMap(([key, item]) => places(item, [...path, key]))];
}

function changed(config: object, path: ConfigPath, value: unknown): unknown {
	const copy = mapLeaves(config, leaf => leaf);
	const owner = valueAt(copy, path.slice(0, -1)) as {[key: PropertyKey]: unknown};
	owner[path.at(-1) ?? ''] = value;
	return copy;
}
