/** Signed JSON Web Tokens (RFC 7515, 7518, 8037), with keys in PEM or a shared secret. */
import {constants, createHmac, createPrivateKey, createSecretKey, type KeyObject, sign} from 'node:crypto';
import {ConfigError} from '../../core/errors.ts';

import {type JsonObject, stringify} from '../../core/json/json.ts';
import {PLACEHOLDER, Secret} from '../../core/secret.ts';

import type {Credential} from './authenticator.ts';
import {toSecret} from './secret.ts';

export const jwtAlgorithms = [
	...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
	...(['ES256', 'ES384', 'ES512', 'EdDSA', 'HS256', 'HS384', 'HS512'] as const),
] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

export interface JwtKey {
	/**
	 * A private key in PEM, for all algorithms but HS256, HS384 and HS512. A spelled-out `\n` stands for a line
	 * break, as in environment variables.
	 */
	readonly privateKey?: Credential;
	/** The passphrase of an encrypted private key. */
	readonly passphrase?: Credential;
	/** The shared secret for HS256, HS384 and HS512. */
	readonly secret?: Credential;
	/** Header `kid`: the key with which the server verifies the signature. @default none */
	readonly keyId?: string;
	/** The algorithm of the signature. @default 'RS256' */
	readonly algorithm?: JwtAlgorithm;
}

/**
 * Returns a function that signs claims. `header` holds fields besides `alg`, `typ` and `kid`. Messages about
 * missing keys begin with `who`.
 */
export function jwtSigner(key: JwtKey, who: string, header: JsonObject = {}): (claims: JsonObject) => Secret {
	const {algorithm = 'RS256', keyId} = key;
	const signature = signer(key, who);
	const head = encoded({alg: algorithm, typ: 'JWT', ...(keyId !== undefined && {kid: keyId}), ...header});
	return claims => {
		const content = `${head}.${encoded(claims)}`;
		return new Secret(`${content}.${signature(content).toString('base64url')}`);
	};
}

/** Whether the algorithm signs with a shared secret rather than with a private key. */
export function isShared(algorithm: JwtAlgorithm): boolean {
	return algorithm.startsWith('HS');
}

function signer(
	{algorithm = 'RS256', privateKey, passphrase, secret}: JwtKey,
	who: string,
): (content: string) => Buffer {
	const hash = algorithm === 'EdDSA' ? undefined : `sha${algorithm.slice(2)}`;
	if (isShared(algorithm)) {
		const key = toSecret(secret ?? '', `${who} needs a secret for ${algorithm}`);
		return content =>
			createHmac(hash ?? '', key.reveal())
				.update(content)
				.digest();
	}
	const pem = toSecret(privateKey ?? '', `${who} needs a privateKey for ${algorithm}`);
	const phrase = passphrase === undefined ? undefined : toSecret(passphrase, `${who} needs a passphrase`);
	const key = readPrivateKey(pem.reveal(), phrase?.reveal(), algorithm);
	const padding = algorithm.startsWith('PS') && {
		padding: constants.RSA_PKCS1_PSS_PADDING,
		saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
	};
	return content => sign(hash, Buffer.from(content), {key, dsaEncoding: 'ieee-p1363', ...padding});
}

interface Fit {
	readonly name: string;
	readonly types: readonly string[];
	readonly curve?: string;
}

const curves: {readonly [algorithm in JwtAlgorithm]?: Fit} = {
	ES256: {name: 'a key on the curve P-256', types: ['ec'], curve: 'prime256v1'},
	ES384: {name: 'a key on the curve P-384', types: ['ec'], curve: 'secp384r1'},
	ES512: {name: 'a key on the curve P-521', types: ['ec'], curve: 'secp521r1'},
	EdDSA: {name: 'an Ed25519 or Ed448 key', types: ['ed25519', 'ed448']},
};

/** The use of a private key: the algorithm of a JWT, or a method of OAuth 1. */
export type KeyUse = JwtAlgorithm | `RSA-${string}`;

function fitFor(algorithm: KeyUse): Fit {
	return (
		curves[algorithm as JwtAlgorithm] ?? {
			name: 'an RSA key',
			types: algorithm.startsWith('PS') ? ['rsa', 'rsa-pss'] : ['rsa'],
		}
	);
}

/** The key in a PEM text. Throws a `ConfigError` when it cannot be read, or does not fit the algorithm. */
export function readPrivateKey(pem: string, passphrase: string | undefined, algorithm: KeyUse): KeyObject {
	// The placeholder fits any algorithm and never signs.
	if (pem === PLACEHOLDER) return createSecretKey(Buffer.from(pem));
	let key: KeyObject;
	try {
		key = createPrivateKey({key: pem.replaceAll('\\n', '\n'), ...(passphrase !== undefined && {passphrase})});
	} catch {
		// OpenSSL's message names its own functions, which does not help a user.
		const advice = pem.includes('ENCRYPTED')
			? 'check its passphrase'
			: 'it begins with -----BEGIN PRIVATE KEY-----';
		throw new ConfigError(`the private key cannot be read as PEM; ${advice}`);
	}
	const {asymmetricKeyType: type = '', asymmetricKeyDetails: details} = key;
	const {name, types, curve} = fitFor(algorithm);
	if (types.includes(type) && (curve === undefined || details?.namedCurve === curve)) return key;
	throw new ConfigError(
		`${algorithm} needs ${name}, got one of type ` +
			`${type}${details?.namedCurve ? ` ${details.namedCurve}` : ''}`,
	);
}

function encoded(value: JsonObject): string {
	return Buffer.from(stringify(value)).toString('base64url');
}
