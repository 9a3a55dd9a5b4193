import {ConfigError} from '../../core/errors.ts';
import {session as authenticator, type SessionOptions} from '../../http/auth/session.ts';
import type {RequestBody} from '../../http/request.ts';
import {joinUrl, withQuery} from '../../http/url.ts';
import {defineAuth} from '../auth.ts';
import {
	choice,
	either,
	json,
	type Options,
	object,
	record,
	responsePath,
	scalar,
	seconds,
	text,
	url,
} from '../fields.ts';
import {texts} from './oauth2/token-request.ts';

const values = scalar({doc: 'A value.'});

const loginFields = {
	path: text({optional: true, doc: 'Joined to base_url.'}),
	url: url({optional: true, doc: 'In place of path: a whole URL.'}),
	method: choice(['GET', 'POST', 'PUT', 'PATCH'], {default: 'POST', doc: 'Method of the login request.'}),
	params: record(values, {optional: true, doc: 'Query parameters of the login request.'}),
	headers: record(text({allowEmpty: true, doc: 'A value.'}), {
		optional: true,
		doc: 'Headers of the login request.',
	}),
	json: record(json({doc: 'A value.'}), {optional: true, doc: 'JSON body of the login request.'}),
	data: either([text({allowEmpty: true, doc: 'A body as it is.'}), record(values, {doc: 'A form.'})], {
		optional: true,
		doc: 'Form body of the login request, or a raw body as text.',
	}),
};

const login = object(loginFields, {
	doc: 'The request that logs in.',
	rules({path, url, json, data}, report) {
		if (path === undefined && url === undefined) report('path', 'required key is missing, or {url}');
		if (path !== undefined && url !== undefined) report('url', 'in place of {path}: give one of them');
		if (json !== undefined && data !== undefined) report('data', 'a request has one body: {json} or {data}');
	},
});

const send = object(
	{
		in: choice(['header', 'query', 'cookie'], {optional: true, doc: 'Where the token goes.'}),
		name: text({optional: true, doc: 'Name of the header, query parameter or cookie.'}),
		prefix: text({optional: true, allowEmpty: true, doc: 'Stands before the token.'}),
	},
	{
		optional: true,
		doc: 'How the token is sent. Default: as Authorization: Bearer, or as the cookie that it came as.',
	},
);

const sources = ['tokenPath', 'tokenHeader', 'tokenCookie'] as const;

export const session = defineAuth({
	type: 'session',
	summary: 'A login whose answer holds a token for all other requests; again after a 401.',
	example: {login: {path: 'login', method: 'POST', json: {user: 'me'}}, tokenPath: 'token'},
	fields: {
		login,
		tokenPath: responsePath({optional: true, doc: 'Path to the token in the JSON of the answer.'}),
		tokenHeader: text({optional: true, doc: 'Header of the answer that holds the token.'}),
		tokenCookie: text({optional: true, doc: 'Cookie set by the answer that holds the token.'}),
		send,
		expiresIn: seconds({
			above: 0,
			optional: true,
			doc: 'Seconds that a token is good for. Default: until a 401.',
		}),
	},
	check(auth, report) {
		const [first, second] = sources.filter(source => auth[source] !== undefined);
		if (first === undefined)
			report('tokenPath', 'required key is missing, or {tokenHeader}, or {tokenCookie}');
		if (second) report(second, `in place of {${first}}: give one of them`);
	},
	make: ({login, tokenPath, tokenHeader, tokenCookie = '', send, expiresIn}, {baseUrl}) =>
		authenticator({
			login: request(login, baseUrl),
			token:
				tokenPath !== undefined
					? {path: tokenPath}
					: tokenHeader !== undefined
						? {header: tokenHeader}
						: {cookie: tokenCookie},
			...(send && {send}),
			...(expiresIn !== undefined && {expiresInSeconds: expiresIn}),
		}),
});

type Login = Options<typeof loginFields>;

function request(
	{path = '', method, params = {}, headers, ...login}: Login,
	baseUrl: string,
): SessionOptions['login'] {
	const {url = joinUrl(baseUrl, path)} = login;
	if (!URL.canParse(url))
		throw new ConfigError(
			`auth: base_url is empty, so the path of the login must be a whole URL, got ${JSON.stringify(path)}`,
		);
	const body = bodyOf(login);
	return {url: withQuery(url, params).href, method, ...(headers && {headers}), ...(body && {body})};
}

function bodyOf({json, data}: Pick<Login, 'json' | 'data'>): RequestBody | undefined {
	if (json !== undefined) return {json};
	if (data === undefined) return undefined;
	return typeof data === 'string' ? {raw: data} : {form: Object.entries(texts(data))};
}
