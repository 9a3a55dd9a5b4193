/** The proxies for a config: its own, or those of the environment. */
import type {Proxies} from '../../http/connection/proxy.ts';

/** The proxies to use. `NO_PROXY` applies to both sources. `null` in the config means no proxy at all. */
export function proxiesFor(configured: string | null | undefined, environment: Proxies = {}): Proxies {
	if (configured === null) return {};
	if (configured === undefined) return environment;
	const named = {url: configured, from: 'client.proxy'};
	return {...environment, http: named, https: named};
}
