import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {oauth2RefreshToken as authenticator} from '../../http/auth/oauth/oauth2-refresh-token.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';
import {type RefreshTokenFile, refreshTokenFile} from './oauth2/refresh-token-file.ts';
import {canSignIn, checkSignIn, signInFields} from './oauth2/sign-in-fields.ts';
import {checkTokenRequest, grantOptions, knownClient, tokenRequest} from './oauth2/token-request.ts';

export const oauth2RefreshToken = defineAuth({
	type: 'oauth2_refresh_token',
	summary: 'A token fetched with a refresh token that a user got by signing in.',
	example: {accessTokenUrl: 'https://api.example.com/token', clientId: 'me', refreshToken: 'the-token'},
	fields: {
		...knownClient,
		refreshToken: text({
			optional: true,
			doc:
				'The first refresh token; the server may answer with others, which are used from then on. Not ' +
				'needed with authorization_url or device_authorization_url.',
		}),
		refreshTokenFile: text({
			optional: true,
			doc:
				'File that keeps the newest refresh token for the next run, until refresh_token changes; a ' +
				'relative path starts beside the config. Default: none.',
		}),
		...signInFields,
		...tokenRequest,
	},
	check(auth, report) {
		checkTokenRequest(auth, report);
		if (!canSignIn(auth) && auth.refreshToken === undefined)
			report('refreshToken', 'required key is missing, or {authorizationUrl}, or {deviceAuthorizationUrl}');
		if (canSignIn(auth) && auth.refreshTokenFile === undefined)
			report('refreshTokenFile', 'required key is missing: the file that keeps what a sign-in brings');
		checkSignIn(auth, report);
	},
	make(auth, {folder}) {
		const {refreshToken} = auth;
		const store = fileOf(auth, folder);
		return authenticator({
			...grantOptions(auth),
			...(refreshToken !== undefined && {refreshToken}),
			...(store && {store}),
			signIn: canSignIn(auth)
				? 'run: sluice auth login'
				: 'put a new refresh_token into the config, or give it an authorization_url and run: sluice auth ' +
					'login',
		});
	},
	async signIn(auth, {folder}) {
		const file = fileOf(auth, folder);
		if (!file || !canSignIn(auth)) return undefined;
		const {signInFor} = await import('./oauth2/sign-in.ts');
		return signInFor(auth, file);
	},
});

interface Place {
	readonly refreshToken?: string;
	readonly refreshTokenFile?: string;
}

/** The store of the refresh token. A relative path starts in the folder of the config. */
function fileOf({refreshToken, refreshTokenFile: path}: Place, folder: string): RefreshTokenFile | undefined {
	if (path === undefined) return undefined;
	const beside = resolve(folder, path);
	// In earlier versions a path started in the current folder. The newest token may be only in such a file.
	const isElsewhere = !existsSync(beside) && existsSync(resolve(path));
	return refreshTokenFile(isElsewhere ? path : beside, refreshToken);
}
