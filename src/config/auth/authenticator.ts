/** Turns the `auth` of a config into authenticators. */
import type {Authenticator} from '../../http/auth/authenticator.ts';
import {several} from '../../http/auth/several.ts';
import type {AuthPlace} from '../../plugins/auth.ts';
import type {Registry} from '../../plugins/registry.ts';
import {optionsIn, type PluginConfig} from '../schema/plugin.ts';
import {type Auth, isAuthenticator, type OneAuth} from './fields.ts';

/**
 * Makes authenticators. Equal objects become one authenticator with one token, as two would use up the same
 * refresh token. Paths of a login are joined to `baseUrl`, paths of files to the folder of the config.
 */
export function authenticators(place: AuthPlace, plugins: Registry): (auth: Auth) => Authenticator {
	const made = new Map<string, Authenticator>();

	function one(auth: OneAuth): Authenticator {
		if (typeof auth === 'function') return {apply: auth};
		if (isAuthenticator(auth)) return auth;
		const key = JSON.stringify(auth);
		const authenticator = made.get(key) ?? make(auth);
		made.set(key, authenticator);
		return authenticator;
	}

	function make(auth: PluginConfig): Authenticator {
		const plugin = plugins.auth(auth.type);
		if (!plugin) throw new TypeError(`no auth ${JSON.stringify(auth.type)}`);
		return plugin.make(optionsIn(plugin.fields, auth), place);
	}

	return auth => (Array.isArray(auth) ? several(auth.map(one)) : one(auth));
}
