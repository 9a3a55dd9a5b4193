/** Which file keeps the refresh token of an `auth`, and whether people can sign in for it. */
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import type {OneAuth} from '../schema/auth.ts';
import {type RefreshTokenFile, refreshTokenFile} from './refresh-token-file.ts';

export type RefreshTokenAuth = Extract<OneAuth, {readonly type: 'oauth2_refresh_token'}>;

export function canSignIn(auth: RefreshTokenAuth): boolean {
	return auth.authorization_url !== undefined || auth.device_authorization_url !== undefined;
}

/** A relative path starts in the folder of the config. */
export function tokenFile(auth: RefreshTokenAuth, folder: string): RefreshTokenFile | undefined {
	const {refresh_token_file: file, refresh_token: given} = auth;
	if (file === undefined) return undefined;
	const beside = resolve(folder, file);
	// Earlier versions began where the command was run. The newest token may be in such a file, and only there.
	const isElsewhere = !existsSync(beside) && existsSync(resolve(file));
	return refreshTokenFile(isElsewhere ? file : beside, given);
}
