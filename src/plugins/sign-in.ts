/** The sign-in of an auth, for `sluice auth`. */
import type {Secret} from '../core/secret.ts';
import type {Sender} from '../http/auth/oauth/oauth2-client.ts';
import type {BrowserContext} from '../http/auth/sign-in/by-browser.ts';
import type {CodeContext} from '../http/auth/sign-in/by-code.ts';
import type {RefreshTokenFile} from './auth/oauth2/refresh-token-file.ts';

export interface SignIn {
	/** The file for the tokens of a sign-in. */
	readonly file: RefreshTokenFile;
	/** Whether the config has a refresh token as well, which is used if the file has none. */
	readonly isGiven: boolean;
	/** The scopes to ask for. */
	readonly scopes: readonly string[];
	/** Absent if the options do not set it up. */
	readonly byBrowser?: (context: BrowserContext) => Promise<void>;
	readonly byCode?: (context: CodeContext) => Promise<void>;
	/** Revokes a token at the server. Absent if the options have no address for it. */
	readonly revoke?: (token: Secret, sender: Sender) => Promise<void>;
}
