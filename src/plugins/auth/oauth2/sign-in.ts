/** Gets the refresh token for an auth, and revokes it. Only `sluice auth` loads this module. */
import {oauth2Client} from '../../../http/auth/oauth/oauth2-client.ts';
import {signInByBrowser} from '../../../http/auth/sign-in/by-browser.ts';
import {signInByCode} from '../../../http/auth/sign-in/by-code.ts';
import {redirectTo} from '../../../http/auth/sign-in/redirect.ts';
import {endpointRefused} from '../../../http/auth/sign-in/sign-in.ts';
import type {SignIn} from '../../sign-in.ts';
import type {RefreshTokenFile} from './refresh-token-file.ts';
import type {SignInOptions} from './sign-in-fields.ts';
import {type Grant, grantOptions, texts} from './token-request.ts';

export function signInFor(
	auth: Grant & SignInOptions & {readonly refreshToken?: string},
	file: RefreshTokenFile,
): SignIn {
	const {authorizationUrl, deviceAuthorizationUrl: deviceUrl, revocationUrl, scopes, clientId} = auth;
	const grant = grantOptions(auth);
	const client = oauth2Client('oauth2_refresh_token', grant);
	const scope = [scopes ?? []].flat().join(' ');
	const options = {
		client,
		clientId,
		tokenUrl: grant.tokenUrl,
		params: texts(auth.authorizationParams ?? {}),
		...(scope !== '' && {scope}),
	};
	const redirect = redirectTo({
		...(auth.redirectUri !== undefined && {uri: auth.redirectUri}),
		...(auth.redirectPort !== undefined && {port: auth.redirectPort}),
	});
	return {
		file,
		isGiven: auth.refreshToken !== undefined,
		scopes: scope.split(/[\s,]+/).filter(Boolean),
		...(authorizationUrl !== undefined && {
			byBrowser: context => signInByBrowser({...options, authorizationUrl, redirect}, context),
		}),
		...(deviceUrl !== undefined && {
			byCode: context => signInByCode({...options, deviceUrl}, context),
		}),
		...(revocationUrl !== undefined && {
			async revoke(token, sender) {
				const response = await client.revoke(revocationUrl, token, sender);
				if (response.status >= 300)
					throw endpointRefused(response, revocationUrl, 'Check revocation_url and client_id');
			},
		}),
	};
}
