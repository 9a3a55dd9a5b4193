/** The schema of `auth`: the credentials of requests. */
import * as z from 'zod';
import type {Authenticator} from '../../http/auth/authenticator.ts';
import type {bearer} from '../../plugins/auth/bearer.ts';
import type {AuthConfigOf} from '../../plugins/auth.ts';
import type {BuiltInAuth, Registry} from '../../plugins/registry.ts';
import {type PluginConfig, pluginObject} from '../schema/plugin.ts';

const wanted = `expected an object, such as {type: bearer, token: "\${secrets.token}"}`;

/**
 * A function or object in a JavaScript config: the `apply()` of an authenticator, or a whole authenticator.
 */
const custom = z.custom<Authenticator | Authenticator['apply']>(
	value => typeof value === 'function' || isAuthenticator(value),
	{error: () => wanted},
);

export function isAuthenticator(value: unknown): value is Authenticator {
	return typeof value === 'object' && value !== null && 'apply' in value && typeof value.apply === 'function';
}

/** An auth of a config after validation. */
export type OneAuth = PluginConfig | Authenticator | Authenticator['apply'];
export type Auth = OneAuth | OneAuth[];

export function isPluginConfig(auth: OneAuth): auth is PluginConfig {
	return typeof auth === 'object' && !isAuthenticator(auth);
}

type OneInput =
	| AuthConfigOf<BuiltInAuth>
	| Omit<AuthConfigOf<typeof bearer>, 'type'>
	| Authenticator
	| Authenticator['apply'];

/** An auth before validation. */
export type AuthInput = OneInput | OneInput[];

export function authSchema({auths}: Registry): z.ZodType<Auth, AuthInput> {
	const [bearer, ...others] = auths.map((plugin, index) => pluginObject(plugin, {isDefault: index === 0}));
	if (!bearer) throw new TypeError('a kind of plugin has at least one');
	const one = z.discriminatedUnion('type', [bearer, ...others]).meta({id: 'auth'});
	const several = z
		.array(z.union([one, custom]))
		.min(1, {error: 'an empty list; write null for no credentials'});
	// The list comes first, as it distinguishes a list from all other values in messages.
	const schema = z.union([several, one, custom]);
	// The input types come from the fields, which the list of schemas does not carry.
	return schema as z.ZodType<Auth, AuthInput>;
}
