// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a config
import {deepStrictEqual, match} from 'node:assert/strict';
import {test} from 'node:test';
import {connectionFor, specOf} from '../../../src/import/airbyte/connection.ts';
import {resourceOf} from './imported.ts';

const spec = {
	type: 'object',
	required: ['region', 'token', 'start'],
	properties: {
		region: {type: 'string'},
		token: {type: 'string', airbyte_secret: true},
		start: {type: 'string', default: '2024-01-01'},
		size: {type: 'integer'},
		kind: {type: 'string', enum: ['live', 'test']},
	},
};

test('what is needed and not given comes from the environment, and secrets from their file', () => {
	const {config, filled, choices} = connectionFor(spec);
	deepStrictEqual(config, {region: '${REGION}', token: '${secrets.token}', start: '2024-01-01'});
	deepStrictEqual([filled.config.size, filled.config.kind], ['${SIZE}', 'live']);
	deepStrictEqual(choices, []);
});

test('what is given goes before defaults, and a secret stays out of the config', () => {
	const {config, secrets} = connectionFor(spec, {given: {region: 'eu', token: 'hush', size: 5, extra: true}});
	deepStrictEqual(config, {
		region: 'eu',
		token: '${secrets.token}',
		start: '2024-01-01',
		size: 5,
		extra: true,
	});
	deepStrictEqual([...secrets], [['token', 'hush']]);
});

const signIn = {
	properties: {
		credentials: {
			oneOf: [
				{
					title: 'OAuth',
					required: ['auth_type', 'refresh'],
					properties: {auth_type: {const: 'oauth'}, refresh: {type: 'string', airbyte_secret: true}},
				},
				{
					title: 'Key',
					required: ['auth_type', 'key'],
					properties: {auth_type: {const: 'key'}, key: {type: 'string', airbyte_secret: true}},
				},
			],
		},
	},
};

test('of several ways to sign in the connection decides, then the title, then the order, which is said', () => {
	const of = (options: Parameters<typeof connectionFor>[1]) => {
		const {config, choices} = connectionFor(signIn, options);
		return [(config.credentials as {auth_type: string}).auth_type, choices.length];
	};
	deepStrictEqual(of({}), ['oauth', 1]);
	deepStrictEqual(of({auth: 'Key'}), ['key', 0]);
	deepStrictEqual(of({given: {credentials: {auth_type: 'key', key: 'k'}}}), ['key', 0]);
	match(connectionFor(signIn).choices[0] ?? '', /^credentials is "OAuth", the first of "OAuth", "Key"/);
});

test('a manifest without a spec has one of what its templates read', () => {
	deepStrictEqual(specOf({streams: [{a: "{{ config['api_key'] }}", b: '{{ config.get("region") }}'}]}), {
		properties: {api_key: {type: 'string', airbyte_secret: true}, region: {type: 'string'}},
	});
});

test('a value that only the connection has goes through as it is, and is not computed with', async () => {
	const properties = {token: {type: 'string', airbyte_secret: true}};
	const header = (value: string) =>
		resourceOf({requester: {request_headers: {'X-Key': value}}, spec: {required: ['token'], properties}});
	const {endpoint} = await header("v1:{{ config['token'] }}");
	deepStrictEqual(endpoint.headers, {'X-Key': 'v1:${secrets.token}'});
	for (const text of [
		'{{ config.token | base64encode }}',
		'{{ config.token | upper }}',
		'{{ config.token[:2] }}',
	])
		deepStrictEqual(
			(await header(text)).reason,
			'header: computes with a value that only the connection has',
			text,
		);
	const {endpoint: either} = await header("{{ 'yes' if config['token'] else 'no' }}");
	deepStrictEqual(either.headers, {'X-Key': 'yes'});
});
