/** The auth of Postman as `auth` of a config. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import type {Variables} from './variables.ts';

export interface PostmanAuth {
	readonly auth?: object;
	readonly note?: string;
}

/** An auth with its attributes as an object (v2.0) or as a list (v2.1). */
export function authOf(given: PlainObject, variables: Variables): PostmanAuth {
	const type = String(given.type ?? 'noauth');
	const attributes = attributesOf(given[type]);
	const text = (name: string): string => variables.text(attributes[name]);
	switch (type) {
		case 'noauth':
			return {};
		case 'bearer':
			return {auth: {type: 'bearer', token: text('token')}};
		case 'basic':
		case 'digest':
			return {
				auth: {
					type: type === 'basic' ? 'http_basic' : 'digest',
					username: text('username'),
					password: text('password'),
				},
			};
		case 'apikey':
			return {
				auth: {
					type: 'api_key',
					name: text('key'),
					api_key: text('value'),
					location: attributes.in === 'query' ? 'query' : 'header',
				},
			};
		case 'oauth2':
			return oauth2(attributes, text);
		case 'oauth1':
			return {
				auth: {
					type: 'oauth1',
					consumer_key: text('consumerKey'),
					consumer_secret: text('consumerSecret'),
					...(attributes.token ? {token: text('token'), token_secret: text('tokenSecret')} : {}),
					...(attributes.signatureMethod ? {signature_method: text('signatureMethod')} : {}),
				},
			};
		case 'awsv4':
			return {
				auth: {
					type: 'aws_sigv4',
					access_key_id: text('accessKey'),
					secret_access_key: text('secretKey'),
					region: text('region'),
					...(attributes.service ? {service: text('service')} : {}),
				},
			};
		default:
			return {note: `signing in by ${type} is left out: client.auth has to name another way`};
	}
}

function oauth2(attributes: PlainObject, text: (name: string) => string): PostmanAuth {
	const grant = String(attributes.grant_type ?? '');
	const client = {
		access_token_url: text('accessTokenUrl'),
		client_id: text('clientId'),
		...(attributes.clientSecret ? {client_secret: text('clientSecret')} : {}),
		...(attributes.client_authentication === 'header' ? {client_auth: 'basic'} : {}),
	};
	const scope = attributes.scope ? {access_token_request_data: {scope: text('scope')}} : {};
	if (grant === 'client_credentials') return {auth: {type: 'oauth2_client_credentials', ...client, ...scope}};
	if (grant === 'password_credentials')
		return {
			auth: {
				type: 'oauth2_password',
				...client,
				username: text('username'),
				password: text('password'),
				...scope,
			},
		};
	if (grant.startsWith('authorization_code') && attributes.authUrl)
		return {
			auth: {
				type: 'oauth2_refresh_token',
				...client,
				authorization_url: text('authUrl'),
				refresh_token_file: 'refresh-token.json',
				...(attributes.scope ? {scopes: text('scope').split(/[ ,]+/)} : {}),
			},
			note: 'run sluice auth login once: a person signs in in a browser',
		};
	return {
		auth: {type: 'bearer', token: attributes.accessToken ? text('accessToken') : `\${secrets.token}`},
		note: 'the collection has no flow of OAuth 2 for a program: put a token into secrets.toml',
	};
}

function attributesOf(given: unknown): PlainObject {
	if (!Array.isArray(given)) return asObject(given);
	return Object.fromEntries(given.map(item => [String(asObject(item).key), asObject(item).value]));
}
