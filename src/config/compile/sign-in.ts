/** The sign-ins that a config asks for: whose they are, where their refresh token is kept, and how to get it. */
import type {Secret} from '../../core/secret.ts';
import {oauth2Client, type Sender} from '../../http/auth/oauth2-client.ts';
import {type BrowserContext, signInByBrowser} from '../../http/auth/sign-in/by-browser.ts';
import {type CodeContext, signInByCode} from '../../http/auth/sign-in/by-code.ts';
import {redirectTo} from '../../http/auth/sign-in/redirect.ts';
import {endpointRefused, type SignInOptions} from '../../http/auth/sign-in/sign-in.ts';
import {type Auth, isAuthenticator, isBuiltIn} from '../schema/auth.ts';
import type {Config} from '../schema/config.ts';
import {defined} from '../tree.ts';
import {client, texts, tokenRequest} from './authenticator.ts';
import type {RefreshTokenFile} from './refresh-token-file.ts';
import {canSignIn, type RefreshTokenAuth, tokenFile} from './refresh-token-place.ts';
import type {ResolvedResource} from './resolve.ts';

export interface SignIn {
	/** `client`, and the resources that use it. */
	readonly users: readonly string[];
	readonly file: RefreshTokenFile;
	/** The config has a refresh token as well, which counts where the file has none. */
	readonly isGiven: boolean;
	/** What is asked for. */
	readonly scopes: readonly string[];
	/** Absent where the config does not say how. */
	readonly byBrowser?: (context: BrowserContext) => Promise<void>;
	readonly byCode?: (context: CodeContext) => Promise<void>;
	/** Ends a token at the server. Absent where the config does not say where. */
	readonly revoke?: (token: Secret, sender: Sender) => Promise<void>;
}

/** Those of the client and of each resource, each once. */
export function signIns(config: Config, resources: readonly ResolvedResource[], folder: string): SignIn[] {
	const found = new Map<string, {auth: RefreshTokenAuth; users: string[]}>();
	const add = (user: string, auth: Auth | null | undefined): void => {
		for (const each of [auth].flat()) {
			if (typeof each !== 'object' || each === null || isAuthenticator(each) || !isBuiltIn(each)) continue;
			if (each.type !== 'oauth2_refresh_token' || !canSignIn(each)) continue;
			// As in authenticators(): what is written alike is one.
			const key = JSON.stringify(each);
			const same = found.get(key) ?? {auth: each, users: []};
			found.set(key, {...same, users: [...same.users, user]});
		}
	};
	add('client', config.client.auth);
	for (const {name, endpoint} of resources) add(name, endpoint.auth);
	return [...found.values()].flatMap(({auth, users}) => {
		const file = tokenFile(auth, folder);
		return file ? [signIn(auth, users, file)] : [];
	});
}

function signIn(auth: RefreshTokenAuth, users: readonly string[], file: RefreshTokenFile): SignIn {
	const {authorization_url: authorizationUrl, device_authorization_url: deviceUrl} = auth;
	const {revocation_url: revocationUrl, scopes, client_id: clientId} = auth;
	const oauth = oauth2Client('oauth2_refresh_token', {...tokenRequest(auth), ...client(auth)});
	const scope = [scopes ?? []].flat().join(' ');
	const options: SignInOptions = {
		client: oauth,
		clientId,
		tokenUrl: auth.access_token_url,
		params: texts(auth.authorization_params ?? {}),
		...(scope !== '' && {scope}),
	};
	const redirect = redirectTo(defined({uri: auth.redirect_uri, port: auth.redirect_port}));
	return {
		users,
		file,
		isGiven: auth.refresh_token !== undefined,
		scopes: scope.split(/[\s,]+/).filter(Boolean),
		...(authorizationUrl !== undefined && {
			byBrowser: context => signInByBrowser({...options, authorizationUrl, redirect}, context),
		}),
		...(deviceUrl !== undefined && {
			byCode: context => signInByCode({...options, deviceUrl}, context),
		}),
		...(revocationUrl !== undefined && {
			async revoke(token, sender) {
				const response = await oauth.revoke(revocationUrl, token, sender);
				if (response.status >= 300)
					throw endpointRefused(response, revocationUrl, 'Check revocation_url and client_id');
			},
		}),
	};
}
