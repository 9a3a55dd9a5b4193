/** A provider that people sign in to, which somebody else wrote; an API that takes its tokens; and a person. */
import {generateKeyPairSync} from 'node:crypto';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {Provider} from 'oidc-provider';
import {CookieJar} from 'tough-cookie';

export interface SignInWorld extends AsyncDisposable {
	readonly providerUrl: string;
	readonly apiUrl: string;
	readonly provider: Provider;
}

export const clientId = 'sluice';

/** An app without a secret, which has to use PKCE; the API has one page at `/rows`. */
export async function signInWorld(): Promise<SignInWorld> {
	const server = createServer();
	const api = createServer();
	const [providerUrl, apiUrl] = await Promise.all([listen(server), listen(api)]);
	const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	const provider = new Provider(providerUrl, {
		clients: [
			{
				client_id: clientId,
				application_type: 'native',
				token_endpoint_auth_method: 'none',
				redirect_uris: ['http://127.0.0.1/callback'],
				response_types: ['code'],
				grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
			},
		],
		features: {deviceFlow: {enabled: true}, revocation: {enabled: true}},
		pkce: {required: () => true},
		scopes: ['openid', 'offline_access'],
		jwks: {keys: [privateKey.export({format: 'jwk'})]},
		cookies: {keys: ['a key of the tests']},
	});
	server.on('request', provider.callback());
	api.on('request', async (request, response) => {
		const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
		const isGood = (await provider.AccessToken.find(token)) !== undefined;
		response.writeHead(isGood ? 200 : 401, {'content-type': 'application/json'});
		response.end(isGood ? '[{"id":1},{"id":2}]' : '{"error":"invalid_token"}');
	});
	return {
		providerUrl,
		apiUrl,
		provider,
		async [Symbol.asyncDispose]() {
			await Promise.all([close(server), close(api)]);
		},
	};
}

async function listen(server: Server): Promise<string> {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
	server.closeAllConnections();
	await new Promise(resolve => server.close(resolve));
}

export interface Seen {
	readonly url: string;
	readonly status: number;
	readonly text: string;
}

/**
 * Opens a link as a person in a browser does: follows it, fills in every form that comes, and ends at a page
 * without one.
 */
export async function signInAt(link: string, answers: Readonly<Record<string, string>> = {}): Promise<Seen> {
	const jar = new CookieJar();
	const open = async (url: string, form?: URLSearchParams): Promise<Seen> => {
		const response = await fetch(url, {
			redirect: 'manual',
			headers: {cookie: await jar.getCookieString(url)},
			...(form && {method: 'POST', body: form}),
		});
		for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, url);
		const text = await response.text();
		const next = response.headers.get('location');
		return next === null ? {url, status: response.status, text} : open(new URL(next, url).href);
	};
	let seen = await open(link);
	for (let pages = 0; pages < 8; pages++) {
		const form = formIn(seen, answers);
		if (!form) return seen;
		seen = await open(form.action, form.fields);
	}
	throw new Error(`there is a form on every page: ${seen.text}`);
}

function formIn({url, text}: Seen, answers: Readonly<Record<string, string>>) {
	const [, action] = /<form[^>]*action="([^"]*)"/.exec(text) ?? [];
	if (action === undefined) return undefined;
	const fields = new URLSearchParams();
	for (const [input] of text.matchAll(/<input[^>]*>/g)) {
		const attribute = (name: string): string | undefined =>
			new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1];
		const name = attribute('name');
		if (name !== undefined) fields.set(name, attribute('value') ?? answers[name] ?? 'jane');
	}
	return {action: new URL(action, url).href, fields};
}
