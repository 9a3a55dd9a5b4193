/** The place of `output.path` and `--output`: a folder of this machine, or the address of a target. */
import {dirname, isAbsolute, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import {builtIn, type Registry} from '../../plugins/registry.ts';
import type {AnyTargetPlugin} from '../../plugins/target.ts';
import {didYouMean} from '../suggest.ts';
import {shortPath} from './discover.ts';

/** An address that a target answers for. */
export interface OutputAddress {
	readonly plugin: AnyTargetPlugin;
	/** With its password. */
	readonly url: string;
	/** Without its password. */
	readonly shown: string;
	/** The address without its password: the same for each user's spelling of it. */
	readonly identity: string;
}

// The path of a drive has one letter before its colon.
const scheme = /^([a-z][a-z\d+.-]+):[^\\]/i;

/** The folder of `output.path`, which is relative to the config file, as secrets are. */
export function besideConfig(path: string, file: string, cwd: string, registry: Registry = builtIn): string {
	const [, word = ''] = scheme.exec(path) ?? [];
	const folder = dirname(file);
	if (word === '') return isAbsolute(path) ? path : shortPath(resolve(folder, path), cwd) || '.';
	const rest = path.slice(word.length + 1);
	const isPath = registry.targetOf(word)?.isPath === true && !scheme.test(rest);
	return isPath && !isAbsolute(rest) ? `${word}:${shortPath(resolve(folder, rest), cwd)}` : path;
}

/** Whether no target of Sluice itself answers for the address, so that one of a plugin has to. */
export function needsPlugin(output: string): boolean {
	const [, word] = scheme.exec(output) ?? [];
	return word !== undefined && !builtIn.targetOf(word);
}

/** Whether it is an address, and no folder. */
export function isAddress(output: string): boolean {
	return scheme.test(output);
}

/** The address in an output; `undefined` for a folder. Throws where no target answers for it. */
export function addressOf(output: string, {targets}: Registry = builtIn): OutputAddress | undefined {
	const [, word] = scheme.exec(output) ?? [];
	if (word === undefined) return undefined;
	const plugin = targets.find(({schemes}) => schemes.includes(word.toLowerCase()));
	if (plugin) {
		const {shown, identity} = hidden(output);
		return {plugin, url: output, shown, identity};
	}
	const known = targets.flatMap(({schemes}) => schemes);
	throw new ConfigError(
		`output ${JSON.stringify(hidden(output).shown)}: ${word}: is not supported${didYouMean(word, known)}. ` +
			`Write to a folder, and copy it from there, or to ${known.map(each => `${each}:`).join(', ')}`,
	);
}

// The user information ends at the last @: a password may have one that should be encoded, and a ? too.
const authority = /^((?:[^:/?@]+:)?[^:/?@]+:\/\/)([^?]*)@(.*)$/s;
const openAuthority = /^((?:[^:/?@]+:)?[^:/?@]+:\/\/)([^?]*:.*)@(.*)$/s;
// `host:5432/db?user=me@there`: the @ is that of a parameter.
const hasParameters = /^(?:[^:/?@]+:)?[^:/?@]+:\/\/(?:[^:/?]*|\[[^\]]*\])(?::\d*)?(?:\/[^?]*)?\?[^=&?@]+=/;

function hidden(url: string): {shown: string; identity: string} {
	const found = authority.exec(url) ?? (hasParameters.test(url) ? null : openAuthority.exec(url));
	const [, start = '', user = '', rest = url] = found ?? [];
	const after = rest.replace(/([?&][^=&?]*pass[^=&?]*=)([^&]*)/gi, (_, name, value) => {
		learn(value);
		return `${name}***`;
	});
	if (start === '') return {shown: after, identity: after};
	const colon = user.indexOf(':');
	if (colon === -1) return {shown: `${start}${user}@${after}`, identity: `${start}${user}@${after}`};
	learn(user.slice(colon + 1));
	const name = user.slice(0, colon);
	return {shown: `${start}${name}:***@${after}`, identity: `${start}${name}@${after}`};
}

// From here on, no message shows it.
function learn(password: string): void {
	new Secret(password);
	try {
		new Secret(decodeURIComponent(password));
	} catch {
		// It is not encoded, and is what it is.
	}
}
