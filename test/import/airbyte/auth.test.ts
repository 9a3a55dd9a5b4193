// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a config
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {resourceOf} from './imported.ts';

const secret = {type: 'string', airbyte_secret: true};
const spec = {
	required: ['key', 'id', 'word'],
	properties: {key: secret, id: secret, word: secret, user: {type: 'string', default: 'me'}},
};

async function auth(authenticator: object, more: object = {}) {
	const {connector, reason, said, endpoint} = await resourceOf({requester: {authenticator, ...more}, spec});
	return {auth: connector.config.client.auth, reason, said, endpoint};
}

test('keys, tokens and passwords', async () => {
	deepStrictEqual((await auth({type: 'BearerAuthenticator', api_token: '{{ config.key }}'})).auth, {
		type: 'bearer',
		token: '${secrets.key}',
	});
	deepStrictEqual(
		(await auth({type: 'ApiKeyAuthenticator', header: 'X-Key', api_token: 'k {{ config.key }}'})).auth,
		{
			type: 'api_key',
			name: 'X-Key',
			api_key: 'k ${secrets.key}',
		},
	);
	const inQuery = {type: 'RequestOption', inject_into: 'request_parameter', field_name: 'key'};
	deepStrictEqual(
		(await auth({type: 'ApiKeyAuthenticator', inject_into: inQuery, api_token: '{{ config.key }}'})).auth,
		{
			type: 'api_key',
			name: 'key',
			api_key: '${secrets.key}',
			location: 'query',
		},
	);
	const basic = {type: 'http_basic', username: 'me', password: '${secrets.word}'};
	deepStrictEqual(
		(
			await auth({
				type: 'BasicHttpAuthenticator',
				username: '{{ config.user }}',
				password: '{{ config.word }}',
			})
		).auth,
		basic,
	);
	const computed = "Basic {{ (config['user'] ~ ':' ~ config['word']) | base64encode }}";
	const {connector} = await resourceOf({requester: {request_headers: {Authorization: computed}}, spec});
	deepStrictEqual(connector.config.client.auth, basic);
});

test('a key in a body is part of the request', async () => {
	const inBody = {type: 'RequestOption', inject_into: 'body_json', field_name: 'key'};
	const {auth: none, endpoint} = await auth(
		{type: 'ApiKeyAuthenticator', inject_into: inBody, api_token: '{{ config.key }}'},
		{http_method: 'POST', request_body_json: {a: 1}},
	);
	deepStrictEqual([none, endpoint.json], [undefined, {a: 1, key: '${secrets.key}'}]);
});

const client = {
	token_refresh_endpoint: 'https://api.example.com/token',
	client_id: '{{ config.id }}',
	client_secret: '{{ config.word }}',
};
const tokens = {
	access_token_url: 'https://api.example.com/token',
	client_id: '${secrets.id}',
	client_secret: '${secrets.word}',
};

test('OAuth by its grant, with what else the token request says', async () => {
	const cc = await auth({
		type: 'OAuthAuthenticator',
		...client,
		grant_type: 'client_credentials',
		scopes: ['a', 'b'],
		refresh_request_body: {audience: 'x'},
	});
	deepStrictEqual(cc.auth, {
		type: 'oauth2_client_credentials',
		...tokens,
		access_token_request_data: {scope: 'a b', audience: 'x'},
	});
	match(cc.said.join(), /names its scopes as scope/);
	const refresh = await auth({
		type: 'OAuthAuthenticator',
		...client,
		refresh_token: '{{ config.key }}',
		refresh_token_updater: {},
	});
	deepStrictEqual(refresh.auth, {
		type: 'oauth2_refresh_token',
		...tokens,
		refresh_token: '${secrets.key}',
		refresh_token_file: '.sluice/refresh-token.json',
	});
	strictEqual(
		(await auth({type: 'OAuthAuthenticator', ...client, grant_type: 'account_credentials'})).reason,
		'auth: an OAuth grant that has no type',
	);
});

test('a login becomes a session', async () => {
	const {auth: session} = await auth({
		type: 'SessionTokenAuthenticator',
		login_requester: {
			type: 'HttpRequester',
			url_base: 'https://api.example.com',
			path: '/login',
			http_method: 'POST',
			request_body_json: {user: '{{ config.user }}', password: '{{ config.word }}'},
		},
		session_token_path: ['data', 'token'],
		expiration_duration: 'PT1H',
		request_authentication: {
			type: 'ApiKey',
			inject_into: {type: 'RequestOption', inject_into: 'header', field_name: 'X-Session'},
		},
	});
	deepStrictEqual(session, {
		type: 'session',
		login: {
			url: 'https://api.example.com/login',
			method: 'POST',
			json: {user: 'me', password: '${secrets.word}'},
		},
		token_path: 'data.token',
		send: {in: 'header', name: 'X-Session', prefix: ''},
		expires_in: 3600,
	});
});

test('one of several is chosen by the connection, and Python is left out by its name', async () => {
	const selective = {
		type: 'SelectiveAuthenticator',
		authenticator_selection_path: ['user'],
		authenticators: {
			other: {type: 'NoAuth'},
			me: {type: 'BearerAuthenticator', api_token: '{{ config.key }}'},
		},
	};
	strictEqual(((await auth(selective)).auth as {type: string}).type, 'bearer');
	strictEqual(
		(await auth({type: 'CustomAuthenticator', class_name: 'source_x.Auth'})).reason,
		'Python: authenticator',
	);
});

test('Python of connectors that are known has a type, and is told as a choice', async () => {
	const zoom = await auth({
		type: 'CustomAuthenticator',
		class_name: 'source_declarative_manifest.components.ServerToServerOauthAuthenticator',
		client_id: '{{ config.id }}',
		client_secret: '{{ config.word }}',
		account_id: '{{ config.user }}',
		authorization_endpoint: 'https://zoom.example/oauth/token',
		grant_type: 'account_credentials',
	});
	deepStrictEqual(zoom.auth, {
		type: 'session',
		login: {
			url: 'https://${secrets.id}:${secrets.word}@zoom.example/oauth/token',
			params: {grant_type: 'account_credentials', account_id: 'me'},
		},
		token_path: 'access_token',
	});
	match(zoom.said.join(), /signs in as the class .*ServerToServerOauthAuthenticator/);
	const paypal = await auth({
		type: 'CustomAuthenticator',
		class_name: 'source_declarative_manifest.components.PayPalOauth2Authenticator',
		...client,
		grant_type: 'client_credentials',
		refresh_request_body: {'Content-Type': 'application/x-www-form-urlencoded'},
	});
	deepStrictEqual(paypal.auth, {type: 'oauth2_client_credentials', ...tokens, client_auth: 'basic'});
});

test('a credential that neither the connection nor the spec has is a secret to fill in', async () => {
	const key = await auth({
		type: 'ApiKeyAuthenticator',
		header: 'X-Key',
		api_token: "{{ config['a']['key'] }}",
	});
	deepStrictEqual(key.auth, {type: 'api_key', name: 'X-Key', api_key: '${secrets.a.key}'});
	deepStrictEqual(key.said, ['the API key is the secret a.key, as the connection has no value for it']);
	const refreshed = await auth({
		type: 'OAuthAuthenticator',
		token_refresh_endpoint: 'https://example.com/token',
		client_id: '{{ config.id }}',
		client_secret: '{{ config.word }}',
		refresh_token: '',
	});
	strictEqual((refreshed.auth as {refresh_token: string}).refresh_token, '${secrets.refresh_token}');
});
