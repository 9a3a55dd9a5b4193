/** Keeps a refresh token that the server rotates, in a file that only its owner may read. */
import {createHash} from 'node:crypto';
import {readFile, realpath, rm} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {writeFileWhole} from '../../../../sinks/output/write-whole.ts';
import {StateError} from '../../../core/errors.ts';
import {syncFolder} from '../../../core/files/durable.ts';
import {tryParse} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import {Secret} from '../../../core/secret.ts';
import {messageOf} from '../../../core/stage.ts';
import type {RefreshTokenStore} from '../../../http/auth/oauth/oauth2-refresh-token.ts';
import {withLock} from '../../../state/lock/one-process-at-a-time.ts';

export interface RefreshTokenFileOptions {
	/** The longest wait for another process that uses the token. @default 360_000 (6 minutes) */
	readonly mostWaitMs?: number;
}

/** The token in the file, with its times. */
export interface KeptRefreshToken {
	readonly token: Secret;
	/** When it was saved; absent in files of earlier versions. */
	readonly savedAt?: string;
	/** When it ends, if the server reported that. */
	readonly expiresAt?: string;
}

export interface RefreshTokenFile extends Required<RefreshTokenStore> {
	readonly path: string;
	/** The token to use, with its times. */
	look(): Promise<KeptRefreshToken | undefined>;
	/** Deletes the file. Returns whether there was one. */
	remove(): Promise<boolean>;
}

/**
 * `given` is the token of the config, if it has one. The file is not used if it was made from another token,
 * as a new token in the config has to take effect. Processes take turns, by a lock in a hidden folder beside
 * the file.
 * @example oauth2RefreshToken({tokenUrl, clientId, refreshToken, store: refreshTokenFile('token.json', refreshToken)})
 */
export function refreshTokenFile(
	path: string,
	given?: string,
	{mostWaitMs: mostMs}: RefreshTokenFileOptions = {},
): RefreshTokenFile {
	const file = resolve(path);
	// A hash is enough to distinguish two tokens, and does not reveal them.
	const origin = given === undefined ? undefined : createHash('sha256').update(given).digest('hex');
	const look = async (): Promise<KeptRefreshToken | undefined> => {
		const stored = await read(file, given !== undefined);
		return origin === undefined || stored?.origin === origin ? stored : undefined;
	};
	return {
		path: file,
		async alone(work, signal) {
			// Two links to one file share one lock. If the folder cannot be read, the lock reports the reason.
			const real = await realpath(file).catch(() => file);
			const lock = join(dirname(real), `.${basename(real)}.lock`);
			return withLock({name: `refresh_token_file ${file}`, lock}, work, {signal, mostMs});
		},
		look,
		load: async () => (await look())?.token,
		save: (token, expiresAt) =>
			write(
				file,
				`${JSON.stringify(
					{
						refresh_token: token.reveal(),
						made_from_sha256: origin,
						saved_at: new Date().toISOString(),
						expires_at: expiresAt?.toISOString(),
					},
					null,
					'\t',
				)}\n`,
			),
		async remove() {
			try {
				await rm(file);
				await syncFolder(dirname(file));
				return true;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
				throw new StateError(`the refresh token in ${file} cannot be removed: ${messageOf(error)}`, {
					cause: error,
				});
			}
		},
	};
}

async function read(
	file: string,
	isGiven: boolean,
): Promise<(KeptRefreshToken & {origin?: string}) | undefined> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw new StateError(`the refresh token in ${file} cannot be read: ${messageOf(error)}`, {cause: error});
	}
	const content = tryParse(text);
	const {
		refresh_token: token,
		made_from_sha256: origin,
		saved_at: savedAt,
		expires_at: expiresAt,
	} = isObject(content) ? content : {};
	if (typeof token === 'string' && token !== '')
		return {
			token: new Secret(token),
			...(typeof origin === 'string' && {origin}),
			...(typeof savedAt === 'string' && {savedAt}),
			...(typeof expiresAt === 'string' && {expiresAt}),
		};
	const next = isGiven ? 'to begin with the refresh_token of the config' : 'and run: sluice auth login';
	throw new StateError(`${file} holds no refresh token; remove it ${next}`);
}

async function write(file: string, text: string): Promise<void> {
	try {
		await writeFileWhole(file, text, {mode: 0o600});
	} catch (error) {
		const message =
			`the new refresh token cannot be kept in ${file}: ${messageOf(error)}. The server may refuse the ` +
			'old one';
		throw new StateError(message, {cause: error});
	}
}
