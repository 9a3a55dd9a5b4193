/**
 * Digest access authentication (RFC 7616): a hash of name, password and request, with a nonce of the server.
 */
import {createHash, randomBytes} from 'node:crypto';
import {Failure} from '../failure.ts';
import {percentEncoded} from '../url.ts';
import type {Authenticator, Credential, OutgoingRequest} from './authenticator.ts';
import {type Challenge, challengesOf} from './challenges.ts';
import {toSecret} from './secret.ts';

export interface DigestOptions {
	readonly username: string;
	readonly password: Credential;
}

/**
 * The first request to an origin goes out without credentials, and its 401 says how to hash. From then on
 * each request is signed at once, until the server wants another nonce. Throws a `ConfigError` if the
 * password is empty.
 * @example client({baseUrl, auth: digest({username: 'me', password})})
 */
export function digest({username, password}: DigestOptions): Authenticator {
	const secret = toSecret(password, 'digest() needs a password');
	const sessions = new Map<
		string,
		{readonly challenge: DigestChallenge; readonly cnonce: string; count: number}
	>();
	return {
		apply(request) {
			const session = sessions.get(request.url.origin);
			if (!session) return;
			session.count++;
			const {challenge, cnonce, count} = session;
			request.headers.authorization = digestHeader(
				{username, password: secret.reveal()},
				challenge,
				request,
				{cnonce, count},
			);
		},
		refresh({url}, _context, answer) {
			// A rule may renew credentials after any status, but only a 401 has a challenge.
			if (answer.status !== 401) return;
			const challenge = digestChallenge(answer.headers['www-authenticate'] ?? '');
			// The client nonce stays the same for a server nonce, since some servers hash it only once with the
			// `-sess` algorithms.
			sessions.set(url.origin, {challenge, cnonce: randomBytes(16).toString('base64url'), count: 0});
		},
	};
}

export interface DigestChallenge {
	readonly realm: string;
	readonly nonce: string;
	readonly opaque?: string | undefined;
	/** The algorithm as the server spells it. */
	readonly algorithm?: string | undefined;
	readonly qop?: 'auth' | 'auth-int' | undefined;
	readonly isUtf8: boolean;
	/** Whether the server wants a hash in place of the name. */
	readonly hashesUser: boolean;
}

const hashes: Readonly<Record<string, string>> = {
	md5: 'md5',
	'sha-256': 'sha256',
	'sha-512-256': 'sha512-256',
};

/**
 * The first Digest challenge that is supported. Throws a `Failure` that names the server's other wishes if
 * there is none.
 */
export function digestChallenge(header: string): DigestChallenge {
	const challenges = challengesOf(header);
	const digests = challenges.filter(({scheme}) => scheme === 'digest');
	for (const challenge of digests) {
		const read = readChallenge(challenge);
		if (read) return read;
	}
	const others = [...new Set(challenges.map(({scheme}) => scheme))].join(', ');
	const [message, advice] =
		digests.length > 0
			? ['asks for a form of Digest that Sluice does not know', 'It is in the header WWW-Authenticate']
			: others === ''
				? ['has no challenge in WWW-Authenticate, so it wants no Digest', 'Check which auth the API wants']
				: [`asks for ${others} in WWW-Authenticate, and not for Digest`, 'Use the auth that it asks for'];
	throw new Failure(`was refused by a 401 that ${message}`, {
		code: 'ERR_AUTH',
		retryable: false,
		status: 401,
		advice,
	});
}

function readChallenge({params}: Challenge): DigestChallenge | undefined {
	const nonce = params.get('nonce');
	const algorithm = params.get('algorithm');
	const qops = params
		.get('qop')
		?.toLowerCase()
		.split(/[\s,]+/);
	const qop = (['auth', 'auth-int'] as const).find(each => qops?.includes(each));
	if (nonce === undefined || (qops && !qop) || hashOf(algorithm) === undefined) return undefined;
	return {
		realm: params.get('realm') ?? '',
		nonce,
		opaque: params.get('opaque'),
		algorithm,
		qop,
		isUtf8: params.get('charset')?.toLowerCase() === 'utf-8',
		hashesUser: params.get('userhash')?.toLowerCase() === 'true',
	};
}

function hashOf(algorithm = 'MD5'): string | undefined {
	return hashes[algorithm.toLowerCase().replace(/-sess$/, '')];
}

/** The value of `Authorization`. `count` is the number of requests with this nonce, including this one. */
export function digestHeader(
	{username, password}: {readonly username: string; readonly password: string},
	{realm, nonce, opaque, algorithm, qop, isUtf8, hashesUser}: DigestChallenge,
	{method, url, body = ''}: Pick<OutgoingRequest, 'method' | 'url' | 'body'>,
	{cnonce, count}: {readonly cnonce: string; readonly count: number},
): string {
	const hash = (text: string): string =>
		createHash(hashOf(algorithm) ?? 'md5')
			.update(text)
			.digest('hex');
	const uri = `${url.pathname}${url.search}`;
	const nc = count.toString(16).padStart(8, '0');
	const isSession = /-sess$/i.test(algorithm ?? '');
	const user = hash(`${username}:${realm}:${password}`);
	const key = isSession ? hash(`${user}:${nonce}:${cnonce}`) : user;
	const what = hash(`${method}:${uri}${qop === 'auth-int' ? `:${hash(body)}` : ''}`);
	const response = hash([key, nonce, ...(qop ? [nc, cnonce, qop] : []), what].join(':'));
	const isPlain = /^[\x20-\x7e]*$/.test(username);
	const name: Param = hashesUser
		? ['username', quoted(hash(`${username}:${realm}`))]
		: isUtf8 && !isPlain
			? ['username*', `UTF-8''${percentEncoded(username)}`]
			: ['username', quoted(username)];
	const params: readonly Param[] = [
		name,
		['realm', quoted(realm)],
		['uri', quoted(uri)],
		['algorithm', algorithm],
		['nonce', quoted(nonce)],
		['nc', qop && nc],
		['cnonce', qop || isSession ? quoted(cnonce) : undefined],
		['qop', qop],
		['response', quoted(response)],
		['opaque', opaque === undefined ? undefined : quoted(opaque)],
		['userhash', hashesUser ? 'true' : undefined],
	];
	const headerParams = params.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
	// Node writes one byte for each character of a header.
	return Buffer.from(`Digest ${headerParams.join(', ')}`).toString('latin1');
}

type Param = readonly [name: string, value: string | undefined];

function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
