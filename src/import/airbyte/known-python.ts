/**
 * Authenticators in Python with an equivalent type here, as their connectors are known. They are recognized
 * by the name of their class. The import reports this, as a connector of another author may use the same
 * name.
 */
import type {PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {oauthOf} from './oauth.ts';
import {type Differences, LeftOut} from './outcome.ts';

interface Place {
	readonly known: Known;
	/** The beginning of the stream's URL. */
	readonly base: string;
	readonly differences: Differences;
	/** The auth of another component. */
	authOf(component: unknown): PlainObject | undefined;
}

type Made = (fields: PlainObject, place: Place) => PlainObject | undefined;

/** The classes of Airbyte's own connectors, by name. */
const classes: {readonly [name: string]: Made} = {
	// Looker: a form with id and secret; the header has the prefix `token`.
	LookerAuthenticator: (_, {known, base}) => ({
		type: 'session',
		login: {
			url: `${base.replace(/\/+$/, '')}/login`,
			data: {
				client_id: known.needed("{{ config['client_id'] }}", 'client id'),
				client_secret: known.needed("{{ config['client_secret'] }}", 'client secret'),
			},
		},
		token_path: 'access_token',
		send: {prefix: 'token '},
	}),
	// Zoom: HTTP Basic, with the grant in the query.
	ServerToServerOauthAuthenticator: (fields, {known}) => ({
		type: 'session',
		login: {
			url: withUser(fields.authorization_endpoint, [fields.client_id, fields.client_secret], known),
			params: {
				grant_type: known.needed(fields.grant_type, 'grant'),
				account_id: known.needed(fields.account_id, 'account'),
			},
		},
		token_path: 'access_token',
	}),
	// Railz: HTTP Basic, with a GET request.
	ShortLivedTokenAuthenticator: (fields, {known}) => ({
		type: 'session',
		login: {url: withUser(fields.url, [fields.client_id, fields.secret_key], known), method: 'GET'},
		token_path: 'access_token',
		expires_in: Number(/^PT(\d+)S$/.exec(known.text(fields.lifetime, 'life of the token'))?.[1] ?? 3600),
	}),
	// Salesloft: each refresh token can be used once.
	SingleUseOauth2Authenticator: (fields, {known, differences}) =>
		oauthOf({...fields, refresh_token_updater: {}}, known, differences),
	// Okta: HTTP Basic; the header has the prefix `SSWS`.
	CustomOauth2Authenticator: (fields, {known}) => ({
		type: 'session',
		login: {
			url: withUser(fields.token_refresh_endpoint, [fields.client_id, fields.client_secret], known),
			data: {
				grant_type: 'refresh_token',
				refresh_token: known.needed(fields.refresh_token, 'refresh token'),
			},
		},
		token_path: 'access_token',
		send: {prefix: 'SSWS '},
	}),
	CustomBearerAuthenticator: (_, {known}) => ({
		type: 'api_key',
		name: 'Authorization',
		api_key: `SSWS ${known.needed("{{ config['credentials']['api_token'] }}", 'API token')}`,
	}),
	// Retently: a key, if there is one.
	AuthenticatorRetently: ({api_auth: key, oauth}, {known, authOf}) =>
		authOf(known.text("{{ config['credentials']['api_key'] }}", 'API key') === '' ? oauth : key),
	// Typeform: a token, or OAuth whose refresh tokens can be used once.
	TypeformAuthenticator: ({token_auth: token, oauth2}, {known, authOf}) =>
		authOf(
			known.text("{{ config['credentials']['auth_type'] }}", 'kind of the credentials') === 'access_token'
				? token
				: oauth2,
		),
	// Younium: a form with user and password.
	CustomYouniumAuthenticator: (fields, {known}) => ({
		type: 'session',
		login: {
			url: `https://younium-identity-server${
				known.text("{{ 'sandbox' if config.get('playground') }}", 'playground') === 'sandbox'
					? '-sandbox'
					: ''
			}.azurewebsites.net/connect/token`,
			data: Object.fromEntries(
				['username', 'password', 'legal_entity', 'grant_type', 'client_id', 'scope'].map(name => [
					name,
					known.needed(fields[name], name),
				]),
			),
		},
		token_path: 'access_token',
	}),
	CustomAuthenticator: (fields, {known, base}) => {
		// FastBill: HTTP Basic.
		if (base.startsWith('https://my.fastbill.com/'))
			return {
				type: 'http_basic',
				username: known.needed(fields.username, 'user name'),
				password: known.needed(fields.password, 'password'),
			};
		// My Hours: email and password in JSON.
		if (!base.startsWith('https://api2.myhours.com/')) return undefined;
		return {
			type: 'session',
			login: {
				url: 'https://api2.myhours.com/api/tokens/login',
				headers: {'api-version': '1.0'},
				json: {
					email: known.needed(fields.email, 'email'),
					password: known.needed(fields.password, 'password'),
					grantType: 'password',
					clientId: 'api',
				},
			},
			token_path: 'accessToken',
		};
	},
	CommerceToolsOauth2Authenticator: withBasic,
	PayPalOauth2Authenticator: withBasic,
};

export function knownAuthOf(fields: PlainObject, place: Place): PlainObject {
	const name = String(fields.class_name);
	const auth = classes[name.replace(/^.*\./, '')]?.(fields, place);
	if (!auth) throw new LeftOut('Python: authenticator', name);
	place.differences.add('choice', `signs in as the class ${name} of Airbyte's own connector does`);
	return auth;
}

/** Client credentials with id and secret in HTTP Basic. */
function withBasic(fields: PlainObject, {known, differences}: Place): PlainObject {
	const {refresh_request_body: body, ...rest} = fields;
	const {'Content-Type': _, ...sent} = (body ?? {}) as PlainObject;
	return {...oauthOf({...rest, refresh_request_body: sent}, known, differences), client_auth: 'basic'};
}

function withUser(url: unknown, user: readonly unknown[], known: Known): string {
	const [name = '', word = ''] = user.map(part => known.needed(part, 'user and password'));
	return known.needed(url, 'URL of the login').replace('://', `://${name}:${word}@`);
}
