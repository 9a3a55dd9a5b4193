/** Plugins that authenticate requests. */
import type {Authenticator} from '../http/auth/authenticator.ts';
import type {ConfigOf, Fields, Given, Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';
import type {SignIn} from './sign-in.ts';

/** The place in which an authenticator is used. */
export interface AuthPlace {
	/** The base URL of the client; `''` if all paths are whole URLs. */
	readonly baseUrl: string;
	/** The folder from which relative paths of files start. */
	readonly folder: string;
}

export interface AuthDefinition<Type extends string, F extends Fields> extends Definition<Type, F> {
	/** Makes the authenticator, or only its `apply()`. Resources with the same options share it. */
	make(options: Options<F>, place: AuthPlace): Authenticator | Authenticator['apply'];
	/** Returns the sign-in for `sluice auth`, or `undefined` if these options need no sign-in. */
	signIn?(options: Options<F>, place: AuthPlace): Promise<SignIn | undefined>;
}

/** A factory of authenticators that is also the plugin. */
export interface AuthPlugin<Type extends string, F extends Fields> extends Plugin {
	(...given: Arguments<F>): Authenticator;
	readonly kind: 'auth';
	readonly type: Type;
	readonly fields: F;
	make(options: Given<F>, place?: AuthPlace): Authenticator;
	signIn?(options: Given<F>, place: AuthPlace): Promise<SignIn | undefined>;
}

/** The object in a config for a kind of auth. */
export type AuthConfigOf<P> =
	P extends AuthPlugin<infer Type, infer F> ? {readonly type: Type} & ConfigOf<F> : never;

/** An auth plugin with any options. */
export interface AnyAuthPlugin extends Plugin {
	readonly kind: 'auth';
	make(options: {readonly [name: string]: unknown}, place?: AuthPlace): Authenticator;
	signIn?(options: {readonly [name: string]: unknown}, place: AuthPlace): Promise<SignIn | undefined>;
}

/**
 * Defines a kind of auth. Messages hide the values of fields whose name is that of a secret (`token`,
 * `api_key`, `password` …).
 * @example export const acme = defineAuth({
 *   type: 'acme', summary: 'The key in the header that Acme wants.',
 *   fields: {apiKey: text({doc: 'The key.'})},
 *   make: ({apiKey}) => ({headers}) => void (headers['x-acme'] = apiKey),
 * });
 */
export function defineAuth<const Type extends string, const F extends Fields>(
	definition: AuthDefinition<Type, F>,
): AuthPlugin<Type, F> {
	const make = (given: object = {}, place: AuthPlace = {baseUrl: '', folder: '.'}): Authenticator => {
		const made = definition.make(checked(definition, given), place);
		return typeof made === 'function' ? {apply: made} : made;
	};
	const signIn = async (given: object, place: AuthPlace) =>
		definition.signIn?.(checked(definition, given), place);
	return Object.assign((given?: object) => make(given), {
		...frame('auth', definition),
		make,
		...(definition.signIn && {signIn}),
	});
}
