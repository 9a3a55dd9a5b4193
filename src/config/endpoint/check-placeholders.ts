/** Checks braces in a request: each is a known placeholder, or doubled. */
import type {Finding} from '../finding.ts';
import {hasLoneBrace, likelyRoot, placeholders, template} from '../placeholders/braces.ts';
import {pageNames} from '../placeholders/cursor-in-path.ts';
import {isExpressionName} from '../placeholders/expression-name.ts';
import {isRangeName} from '../placeholders/range.ts';
import {isReference} from '../placeholders/reference.ts';
import {asObject, type ConfigPath, eachText} from '../tree.ts';

const literal = 'for literal braces write {{ and }}';
export const LONE_BRACE = `a single brace; ${literal}`;

// Braces are placeholders everywhere in a request. Client headers and auth are taken as they are.
export function checkPlaceholders(endpoint: unknown, at: ConfigPath): Finding[] {
	const found: Finding[] = [];
	for (const key of ['params', 'json', 'data', 'headers']) {
		found.push(...filledKeys(asObject(endpoint)[key], [...at, key]));
		eachText(asObject(endpoint)[key], (text, below) => {
			const message = braceProblem(text);
			if (message) found.push({path: [...at, key, ...below], message});
		});
	}
	return found;
}

// Placeholders are filled in only in values, not in keys.
function filledKeys(tree: unknown, at: ConfigPath): Finding[] {
	if (Array.isArray(tree)) return tree.flatMap((item, index) => filledKeys(item, [...at, index]));
	return Object.entries(asObject(tree)).flatMap(([key, item]) => {
		const path = [...at, key];
		const name = placeholders(template(key)).find(isFilledIn);
		const message = `{${name}} in a key is not filled in; placeholders go into values`;
		return [...(name === undefined ? [] : [{path, message, atKey: true}]), ...filledKeys(item, path)];
	});
}

function isFilledIn(name: string): boolean {
	return isReference(name) || isRangeName(name) || isExpressionName(name);
}

function braceProblem(given: string): string | undefined {
	const text = template(given);
	if (hasLoneBrace(text)) return LONE_BRACE;
	const name = placeholders(text).find(found => !isFilledIn(found) && !pageNames.includes(found));
	if (name === undefined) return undefined;
	const meant = likelyRoot(name);
	return `{${name}} is no placeholder that is known here${meant ? ` (did you mean ${meant}?)` : ''}; ${literal}`;
}
