/** Security schemes as `auth`, with a name in secrets.toml for each credential. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {listOf} from './schema.ts';
import type {Spec} from './spec.ts';

export interface Security {
	/** The value of `client.auth`; `undefined`: none. */
	readonly auth: unknown;
	readonly remarks: readonly string[];
	/** The value of `endpoint.auth` of an operation; `undefined`: that of the client. */
	of(operation: PlainObject): unknown;
}

/** The auth of most operations becomes that of the client. */
export function securityOf(spec: Spec, operations: readonly PlainObject[]): Security {
	const remarks = new Set<string>();
	const schemes = asObject(
		spec.isSwagger ? spec.root.securityDefinitions : asObject(spec.root.components).securitySchemes,
	);
	const required = (operation: PlainObject): unknown[] => listOf(operation.security ?? spec.root.security);
	const byText = new Map<string, number>();
	for (const operation of operations) {
		const text = JSON.stringify(required(operation));
		byText.set(text, (byText.get(text) ?? 0) + 1);
	}
	const [usual = '[]'] = [...byText].filter(([text]) => text !== '[]').sort((a, b) => b[1] - a[1])[0] ?? [];
	const make = (alternatives: unknown[], tell: boolean): unknown => {
		const given = alternatives.map(each => Object.entries(asObject(each)));
		const [first, ...others] = given.filter(each => each.length > 0);
		if (!first) return undefined;
		const parts = first.map(([name, scopes]) => authOf(spec.object(schemes[name]), name, listOf(scopes)));
		if (tell) {
			for (const {remark} of parts) if (remark !== undefined) remarks.add(remark);
			if (others.length > 0)
				remarks.add(
					`a choice: requests sign in by ${namesOf(first)}; the document also has ` +
						`${others.map(namesOf).join(', ')}`,
				);
		}
		const auths = parts.flatMap(({auth}) => (auth ? [auth] : []));
		return auths.length > 1 ? auths : auths[0];
	};
	const auth = make(JSON.parse(usual) as unknown[], true);
	return {
		auth,
		remarks: [...remarks],
		of(operation) {
			const alternatives = required(operation);
			if (JSON.stringify(alternatives) === usual) return undefined;
			const isOpen = alternatives.every(each => Object.keys(asObject(each)).length === 0);
			if (isOpen) return auth === undefined || alternatives.length > 1 ? undefined : null;
			const own = make(alternatives, false);
			return JSON.stringify(own) === JSON.stringify(auth) ? undefined : own;
		},
	};
}

function namesOf(entries: readonly (readonly [string, unknown])[]): string {
	return entries.map(([name]) => name).join(' with ');
}

interface Made {
	readonly auth?: PlainObject;
	readonly remark?: string;
}

function secret(name: string): string {
	return `\${secrets.${name
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.replace(/\W+/g, '_')
		.toLowerCase()}}`;
}

function authOf(scheme: PlainObject, name: string, scopes: readonly unknown[]): Made {
	const {type, scheme: kind, in: location, name: key, description = ''} = scheme;
	const isBearer = /\bbearer\b/i.test(String(description));
	if (type === 'apiKey' && /^authorization$/i.test(String(key)) && isBearer)
		return {auth: {type: 'bearer', token: secret(name)}};
	if (type === 'apiKey')
		return {auth: {type: 'api_key', name: String(key), api_key: secret(name), location: String(location)}};
	if (type === 'basic' || (type === 'http' && /^basic$/i.test(String(kind))))
		return {auth: {type: 'http_basic', username: secret('username'), password: secret('password')}};
	if (type === 'http' && /^digest$/i.test(String(kind)))
		return {auth: {type: 'digest', username: secret('username'), password: secret('password')}};
	if (type === 'http' && /^bearer$/i.test(String(kind)))
		return {auth: {type: 'bearer', token: secret('token')}};
	if (type === 'oauth2') return oauth(scheme, scopes);
	if (type === 'openIdConnect')
		return {
			auth: {type: 'bearer', token: secret('token')},
			remark:
				`${name} signs in by OpenID Connect: put a token into secrets.toml, or an OAuth type into ` +
				'client.auth',
		};
	return {
		remark:
			`${name} is of the kind ${String(kind ?? type ?? 'that the document lacks')}, which client.auth has ` +
			'to name',
	};
}

function oauth(scheme: PlainObject, scopes: readonly unknown[]): Made {
	const flows = asObject(scheme.flows ?? {[String(scheme.flow)]: scheme});
	const find = (...names: string[]): PlainObject | undefined =>
		names.map(name => flows[name]).find(flow => flow !== undefined) as PlainObject | undefined;
	const scope = scopes.length > 0 ? {access_token_request_data: {scope: scopes.join(' ')}} : {};
	const client = {client_id: secret('client_id'), client_secret: secret('client_secret')};
	const machine = find('clientCredentials', 'application');
	if (machine)
		return {
			auth: {type: 'oauth2_client_credentials', access_token_url: machine.tokenUrl, ...client, ...scope},
		};
	const password = find('password');
	if (password)
		return {
			auth: {
				type: 'oauth2_password',
				access_token_url: password.tokenUrl,
				username: secret('username'),
				password: secret('password'),
				...scope,
			},
		};
	const code = find('authorizationCode', 'accessCode');
	if (code)
		return {
			auth: {
				type: 'oauth2_refresh_token',
				access_token_url: code.tokenUrl,
				authorization_url: code.authorizationUrl,
				...client,
				refresh_token_file: 'refresh-token.json',
				...(scopes.length > 0 && {scopes: scopes.map(String)}),
			},
			remark: 'run sluice auth login once: a person signs in in a browser',
		};
	return {
		auth: {type: 'bearer', token: secret('token')},
		remark: 'the document has no flow of OAuth 2 for a program: put a token into secrets.toml',
	};
}
