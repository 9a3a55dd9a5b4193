/** What `sluice auth` does for an auth that people sign in for. */
import type {Secret} from '../core/secret.ts';
import type {Sender} from '../http/auth/oauth2-client.ts';
import type {BrowserContext} from '../http/auth/sign-in/by-browser.ts';
import type {CodeContext} from '../http/auth/sign-in/by-code.ts';
import type {RefreshTokenFile} from './auth/oauth2/refresh-token-file.ts';

export interface SignIn {
	/** Keeps what a sign-in brings. */
	readonly file: RefreshTokenFile;
	/** The config has a refresh token as well, which counts where the file has none. */
	readonly isGiven: boolean;
	/** What is asked for. */
	readonly scopes: readonly string[];
	/** Absent where the options do not say how. */
	readonly byBrowser?: (context: BrowserContext) => Promise<void>;
	readonly byCode?: (context: CodeContext) => Promise<void>;
	/** Ends a token at the server. Absent where the options do not say where. */
	readonly revoke?: (token: Secret, sender: Sender) => Promise<void>;
}
