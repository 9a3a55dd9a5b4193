/** The hosts of a `NO_PROXY` list, which are reached without a proxy. */
import {BlockList, isIP} from 'node:net';

/**
 * Reads a list such as `localhost,.corp.example,10.0.0.0/8,[::1]:8080`. A name stands for itself and all
 * names below it, with or without a dot or `*.` in front; an address for itself; a range for its addresses; a
 * name with a port for that port alone; `*` for every host.
 */
export function noProxy(list: string): (url: URL) => boolean {
	const rules = list
		.split(/[,\s]+/)
		.filter(Boolean)
		.map(ruleOf);
	return url => rules.some(rule => rule(url));
}

type Rule = (url: URL) => boolean;

function ruleOf(entry: string): Rule {
	if (entry === '*') return () => true;
	const written = entry.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, '');
	const range = rangeOf(written);
	if (range) return range;
	const [, bare = written, port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(written) ?? [];
	const named = hostOf(bare.replace(/^\*?\./, ''));
	const isAddress = isIP(bracketless(named)) !== 0;
	return url => {
		if (port !== undefined && portOf(url) !== Number(port)) return false;
		const host = withoutDot(url.hostname);
		return host === named || (!isAddress && host.endsWith(`.${named}`));
	};
}

function rangeOf(written: string): Rule | undefined {
	const [, network = '', bits = ''] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/i.exec(written) ?? [];
	const family = isIP(network);
	if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
	const type = family === 4 ? 'ipv4' : 'ipv6';
	const addresses = new BlockList();
	addresses.addSubnet(network, Number(bits), type);
	return ({hostname}) => {
		const address = bracketless(hostname);
		return isIP(address) === family && addresses.check(address, type);
	};
}

// The host as a URL spells it: `::0:1` is `[::1]`, and letters beyond ASCII are encoded.
function hostOf(name: string): string {
	const bracketed = isIP(name) === 6 ? `[${name}]` : name;
	const href = `http://${bracketed}/`;
	return withoutDot(URL.canParse(href) ? new URL(href).hostname : name.toLowerCase());
}

function withoutDot(host: string): string {
	return host.replace(/\.$/, '');
}

function bracketless(host: string): string {
	return host.replace(/^\[|\]$/g, '');
}

function portOf(url: URL): number {
	return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}
