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
}

type Made = (fields: PlainObject, place: Place) => PlainObject;

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
	CommerceToolsOauth2Authenticator: withBasic,
	PayPalOauth2Authenticator: withBasic,
};

export function knownAuthOf(fields: PlainObject, place: Place): PlainObject {
	const name = String(fields.class_name);
	const made = classes[name.replace(/^.*\./, '')];
	if (!made) throw new LeftOut('Python: authenticator', name);
	const auth = made(fields, place);
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
