/** The proxies of a config: its own, or those of the environment. */
import type {Proxies} from '../../http/connection/proxy.ts';

/** `NO_PROXY` holds for both. `null` in the config: none at all. */
export function proxiesFor(configured: string | null | undefined, environment: Proxies = {}): Proxies {
	if (configured === null) return {};
	if (configured === undefined) return environment;
	const named = {url: configured, from: 'client.proxy'};
	return {...environment, http: named, https: named};
}
