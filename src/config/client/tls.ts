/**
 * Turns `client.tls` into options of the library, and reads its files, whose paths are relative to the
 * config.
 */
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';
import type {Warning} from '../../core/warning.ts';
import type {TlsOptions} from '../../http/connection/tls.ts';
import {withoutUndefined} from '../tree.ts';
import type {TlsConfig} from './tls-fields.ts';

export const insecureWarning: Warning = {
	code: 'tls-insecure',
	resource: 'client',
	message:
		'client.tls.insecure: true trusts every certificate, so whoever is on the way can read and change ' +
		'all of it. Give the certificate of the authority by client.tls.ca instead',
};

/**
 * Throws if a file cannot be read. `extraAuthorities` is the file of `NODE_EXTRA_CA_CERTS`, which a context
 * with authorities of its own would not use.
 */
export function tlsOptions(tls: TlsConfig, folder: string, extraAuthorities?: string): TlsOptions {
	const {ca, cert, key, passphrase, server_name: serverName, min_version: minVersion, insecure} = tls;
	const pem = (value: string | undefined, name: string): string | undefined =>
		value === undefined || value.includes('-----BEGIN') ? value : read(resolve(folder, value), name);
	const read = (file: string, name: string): string => {
		try {
			return readFileSync(file, 'utf8');
		} catch (error) {
			throw new ConfigError(`tls.${name} is no PEM, and no file that can be read: ${messageOf(error)}`);
		}
	};
	const secretKey = pem(key, 'key');
	return withoutUndefined({
		ca:
			ca === undefined
				? undefined
				: [...[ca].flat().map(each => pem(each, 'ca') ?? ''), ...extra(extraAuthorities)],
		cert: pem(cert, 'cert'),
		key: secretKey === undefined ? undefined : new Secret(secretKey),
		passphrase,
		serverName,
		minVersion,
		insecure,
	});
}

// Node has already warned if it cannot be read.
function extra(file: string | undefined): string[] {
	if (!file) return [];
	try {
		const text = readFileSync(file, 'utf8');
		return text.includes('-----BEGIN') ? [text] : [];
	} catch {
		return [];
	}
}
