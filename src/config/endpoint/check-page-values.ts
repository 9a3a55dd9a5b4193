/** Checks the values of pages in a request: the paginator has each of them, and sends it in one place. */
import type {Registry} from '../../plugins/registry.ts';
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {placeholders, template} from '../placeholders/braces.ts';
import {otherPlace, pageNames, paginatorsFor, parts, valuesFor} from '../placeholders/cursor-in-path.ts';
import {asObject, eachText} from '../tree.ts';
import {pageNamesOf} from './expressions.ts';

export function checkPageValues({endpoint, paginator, placeOf}: Inherited, plugins: Registry): Finding[] {
	const found: Finding[] = [];
	const check = (name: string, place: readonly (string | number)[], isSentThere: boolean): void => {
		const [value] = valuesFor([name], paginator, plugins);
		const elsewhere = value && isSentThere ? otherPlace(paginator, value) : undefined;
		const path = placeOf('endpoint', ...place);
		if (!value)
			found.push({
				path,
				message: `${name} has no value; page by the paginator ${paginatorsFor(name, plugins).join(' or ')}`,
			});
		else if (elsewhere)
			found.push({path, message: `{${name}} excludes ${elsewhere}: the ${name} is sent in one place`});
	};
	for (const part of parts)
		eachText(endpoint[part], (text, below) => {
			for (const name of placeholders(template(text)))
				if (pageNames.includes(name)) check(name, [part, ...below.map(String)], true);
		});
	for (const [key, text] of Object.entries(asObject(endpoint.expressions)))
		for (const name of pageNamesOf(text)) check(name, ['expressions', key], false);
	return found;
}
