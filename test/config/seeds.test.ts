import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';
import {z} from 'zod';
import {type ResolvedEndpoint, resolveResources} from '../../src/config/compile/resolve.ts';
import {loadConfig} from '../../src/config/load/load.ts';
import {configJsonSchema} from '../../src/config/schema/json-schema.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'fixtures/seeds');
const seeds = (await readdir(folder)).filter(name => name.endsWith('.yaml'));
const env = {API_KEY: 'the-api-key', CLIENT_ID: 'the-client-id', CLIENT_SECRET: 'the-client-secret'};

const apiKey = {type: 'api_key', name: 'api_key', api_key: 'the-api-key', location: 'query'};
const oauth2 = {
	type: 'oauth2_client_credentials',
	client_id: 'the-client-id',
	client_secret: 'the-client-secret',
	access_token_url: 'https://api.example.com/oauth/token',
	access_token_request_data: {},
	default_token_expiration: 3600,
	client_auth: 'body',
};

const expected: {[id: string]: {auth: object; resources: [name: string, path: string][]}} = {
	'000_3980f404ac01f571': {auth: apiKey, resources: [['resource_name', '/v1/resource']]},
	'001_73deb12746922eff': {auth: apiKey, resources: [['resource_name', '/v1/resource']]},
	'002_31675668ca6b169b': {auth: apiKey, resources: [['resource_name', '/v1/resource']]},
	'003_67d57657d26e5af1': {
		auth: apiKey,
		resources: [
			['conversations', '/v1/conversations'],
			['contacts', '/v1/contacts'],
			['conversation_parts', '/v1/conversation_parts'],
			['teams', '/v1/teams'],
			['companies', '/v1/companies'],
		],
	},
	'004_8f3a21b5cc3a2ac2': {auth: oauth2, resources: [['resource_name', '/v1/resource']]},
};

test('there is a file for each seed, and an expectation for each file', () => {
	assert.deepEqual(seeds.map(name => basename(name, '.yaml')).sort(), Object.keys(expected));
});

for (const [id, {auth, resources}] of Object.entries(expected)) {
	test(`the seed ${id} loads, validates and means what it says`, async () => {
		const {config} = await loadConfig(join(folder, `${id}.yaml`), {env});
		assert.equal(config.client.base_url, 'https://api.example.com');
		const resolved = resolveResources(config);
		assert.deepEqual(
			resolved.map(({name, endpoint}) => [name, endpoint.path]),
			resources,
		);
		for (const {endpoint, ...resource} of resolved) {
			assert.deepEqual(endpoint, {path: endpoint.path, ...everyEndpoint, auth});
			assert.deepEqual(resource, {
				name: resource.name,
				table_name: resource.name,
				primary_key: ['id'],
				write_disposition: 'merge',
				columns: [],
				selected: true,
			});
			assert.equal(endpoint.auth, config.client.auth);
		}
	});

	test(`the JSON Schema accepts the seed ${id}, and not with a slip in it`, async () => {
		const text = await readFile(join(folder, `${id}.yaml`), 'utf8');
		const schema = z.fromJSONSchema(configJsonSchema());
		assert.equal(schema.safeParse(parse(text)).success, true);
		for (const [right, wrong] of [
			['limit: 100', 'limt: 100'],
			['limit: 100', 'limit: many'],
			['type: offset', 'type: ofset'],
			['base_url', 'baseurl'],
			['data_selector: data', 'data_selector: 5'],
			['write_disposition: merge', 'write_disposition: mrge'],
		] as const) {
			assert.ok(text.includes(right));
			assert.equal(schema.safeParse(parse(text.replace(right, wrong))).success, false, wrong);
		}
	});
}

const everyEndpoint: Omit<ResolvedEndpoint, 'path' | 'auth'> = {
	method: 'GET',
	params: {},
	headers: {},
	data_selector: 'data',
	paginator: {
		type: 'offset',
		limit: 100,
		offset: 0,
		offset_param: 'offset',
		limit_param: 'limit',
		stop_after_empty_page: true,
	},
};
