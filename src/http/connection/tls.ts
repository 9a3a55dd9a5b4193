/** Settings for connections over TLS: the authorities to trust, and the certificate of the client. */
import {X509Certificate} from 'node:crypto';
import tls, {createSecureContext, type SecureContext, type SecureVersion} from 'node:tls';
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';

export interface TlsOptions {
	/**
	 * Certificates of authorities, as PEM, to trust besides those of Node. Node 22.15 and later also keeps
	 * those of `NODE_EXTRA_CA_CERTS`; before that, add them here.
	 */
	readonly ca?: string | readonly string[] | undefined;
	/**
	 * The certificate of the client, as PEM, with those between it and its authority. It is for servers that
	 * ask for one. Needs `key`.
	 */
	readonly cert?: string | undefined;
	/** The private key of `cert`, as PEM. */
	readonly key?: string | Secret | undefined;
	/** The passphrase of an encrypted key. */
	readonly passphrase?: string | Secret | undefined;
	/**
	 * The name to ask the server at the base URL for. Its certificate has to have this name. @default its host
	 */
	readonly serverName?: string | undefined;
	/** The oldest version of TLS to accept. @default 'TLSv1.2' */
	readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
	/**
	 * Trusts every certificate, so an attacker on the network path can read and change everything. @default
	 * false
	 */
	readonly insecure?: boolean | undefined;
}

export interface TlsSettings {
	readonly connect: {readonly secureContext: SecureContext; readonly rejectUnauthorized: boolean};
	readonly serverName: string | undefined;
}

const block = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g;

/** The settings for Node. Throws a `ConfigError` that names the option if a text is not valid. */
export function tlsSettings(options: TlsOptions): TlsSettings {
	const {ca = [], cert, passphrase, serverName, minVersion = 'TLSv1.2', insecure = false} = options;
	const key = revealed(options.key);
	if (key !== undefined) new Secret(key);
	if ((cert === undefined) !== (key === undefined))
		throw new ConfigError(
			`tls.${cert === undefined ? 'cert' : 'key'} is missing: a certificate and its key belong together`,
		);
	const authorities = [ca].flat();
	for (const pem of authorities) checkCertificates(pem, 'tls.ca');
	if (cert !== undefined) checkCertificates(cert, 'tls.cert');
	const context = contextOf({cert, key, passphrase: revealed(passphrase), minVersion});
	// As `ca`, they would replace all other authorities.
	const beside = authorities.length > 0 ? nodesExtra() : [];
	for (const pem of [...beside, ...authorities])
		(context.context as {addCACert(pem: string): void}).addCACert(pem);
	return {connect: {secureContext: context, rejectUnauthorized: !insecure}, serverName};
}

function checkCertificates(pem: string, option: string): void {
	const found = pem.match(block) ?? [];
	if (found.length === 0)
		throw new ConfigError(`${option} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
	for (const each of found) {
		try {
			new X509Certificate(each);
		} catch (error) {
			throw new ConfigError(`${option} holds a certificate that cannot be read: ${messageOf(error)}`);
		}
	}
}

// A context with authorities of its own does not use those of `NODE_EXTRA_CA_CERTS`.
function nodesExtra(): readonly string[] {
	// Node has this function from 22.15 on.
	const {getCACertificates} = tls as {getCACertificates?: (kind: 'extra') => string[]};
	return getCACertificates?.('extra') ?? [];
}

interface Own {
	readonly cert: string | undefined;
	readonly key: string | undefined;
	readonly passphrase: string | undefined;
	readonly minVersion: SecureVersion;
}

function contextOf(own: Own): SecureContext {
	try {
		return createSecureContext(own);
	} catch (error) {
		const message = messageOf(error);
		if (/mismatch/i.test(message)) throw new ConfigError('tls.key does not belong to tls.cert');
		if (/decrypt|passphrase|password|interrupted or cancelled/i.test(message))
			throw new ConfigError('tls.key is encrypted: tls.passphrase is missing or wrong');
		throw new ConfigError(`tls.key or tls.cert cannot be read: ${message}`);
	}
}

function revealed(value: string | Secret | undefined): string | undefined {
	return value instanceof Secret ? value.reveal() : value;
}
