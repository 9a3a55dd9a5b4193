/** The sign-ins of a config, with the resources that use them. */
import {registryOf} from '../../plugins/registry.ts';
import type {SignIn as PluginSignIn} from '../../plugins/sign-in.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import type {Config} from '../schema/config.ts';
import {optionsIn, type PluginConfig} from '../schema/plugin.ts';
import {type Auth, isPluginConfig} from './fields.ts';

export interface SignIn extends PluginSignIn {
	/** `client`, and the names of the resources that use it. */
	readonly users: readonly string[];
}

/** The sign-ins of the client and of each resource, without duplicates. */
export async function signIns(
	config: Config,
	resources: readonly ResolvedResource[],
	folder: string,
): Promise<SignIn[]> {
	const plugins = registryOf(config.plugins);
	const place = {baseUrl: config.client.base_url, folder};
	const auths = new Map<string, {auth: PluginConfig; users: string[]}>();
	const add = (user: string, auth: Auth | null | undefined): void => {
		for (const each of [auth ?? []].flat()) {
			if (!isPluginConfig(each)) continue;
			// As in authenticators(), equal objects are one auth.
			const key = JSON.stringify(each);
			const same = auths.get(key) ?? {auth: each, users: []};
			auths.set(key, {...same, users: [...same.users, user]});
		}
	};
	add('client', config.client.auth);
	for (const {name, endpoint} of resources) add(name, endpoint.auth);
	const found: SignIn[] = [];
	for (const {auth, users} of auths.values()) {
		const plugin = plugins.auth(auth.type);
		const signIn = await plugin?.signIn?.(optionsIn(plugin.fields, auth), place);
		if (signIn) found.push({...signIn, users});
	}
	return found;
}
