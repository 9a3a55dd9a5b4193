/** Credentials of a manifest for which its spec has no property: secrets to fill in. */
import {asPrinted, type Known} from './known.ts';
import type {Differences} from './outcome.ts';

/** The credential, or a secret of its own where neither the connection nor the spec has it. */
export function credential(
	given: unknown,
	what: string,
	{known, differences, name}: {known: Known; differences: Differences; name?: string},
): string {
	const secret = namedIn(asPrinted(given)) ?? (asPrinted(given) === '' ? name : undefined);
	if (secret === undefined) return known.needed(given, what);
	return known.needed(given, what, () => {
		differences.add('choice', `the ${what} is the secret ${secret}, as the connection has no value for it`);
		return `\${secrets.${secret}}`;
	});
}

/** The property that a template reads and nothing else: `config['credentials']['key']`. */
function namedIn(text: string): string | undefined {
	const [, path] = /^\s*\{\{\s*config((?:\[\s*['"]\w+['"]\s*\]|\.\w+)+)\s*\}\}\s*$/.exec(text) ?? [];
	return path?.match(/\w+/g)?.join('.');
}
