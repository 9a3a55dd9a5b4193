/**
 * The parts of a request that change from page to page: `{offset}`, and expressions that read the place of a
 * page. Marks keep them apart from the other placeholders, which are filled in once for all pages.
 */
import {SelectorError} from '../../core/errors.ts';
import type {Expression} from '../../core/expression.ts';
import {type JsonValue, textOf} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import {segments} from '../../http/url.ts';
import type {FillPage, PageValues} from '../../resource/paging/page-values.ts';
import type {RequestDraft} from '../../resource/paging/paginator.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {doubled, fill, fillSome} from '../placeholders/braces.ts';
import {expressionName} from '../placeholders/expression-name.ts';
import {fillTree, type Lookup} from '../placeholders/fill-tree.ts';
import {leadsElsewhere} from '../placeholders/in-path.ts';
import {mapLeaves} from '../tree.ts';
import type {RequestValues} from './request-values.ts';

// Characters for private use, which no request has.
const OPEN = '\ue001';
const CLOSE = '\ue002';

export interface PageTemplate {
	/** The endpoint, in which these parts are marked. */
	readonly endpoint: ResolvedEndpoint;
	/** Fills them in, with the values that are the same for all pages; `undefined` if there are none. */
	fillWith(values: RequestValues): FillPage | undefined;
}

/** `names` are the values of the paginator in the request, and `late` the expressions that read them. */
export function pageTemplate(
	resource: string,
	endpoint: ResolvedEndpoint,
	names: readonly string[],
	late: ReadonlyMap<string, Expression>,
): PageTemplate {
	if (names.length === 0 && late.size === 0) return {endpoint, fillWith: () => undefined};
	const isLate = (name: string): boolean => late.has(expressionName(name) ?? '');
	const isOfPage = (name: string): boolean => names.includes(name) || isLate(name);
	return {
		endpoint: {
			...endpoint,
			// The paginator itself fills in the path.
			path: marked(endpoint.path, isLate),
			params: markedTree(endpoint.params, isOfPage),
			headers: markedTree(endpoint.headers, isOfPage),
			...(endpoint.json !== undefined && {json: markedTree(endpoint.json, isOfPage)}),
			...(endpoint.data !== undefined && {data: markedTree(endpoint.data, isOfPage)}),
		},
		fillWith: values => (draft, ofPage) => filled(draft, lookup(resource, late, {...values, ...ofPage})),
	};
}

function marked(text: string, isOfPage: (name: string) => boolean): string {
	return fillSome(text, name => (isOfPage(name) ? `${OPEN}${name}${CLOSE}` : undefined));
}

function markedTree<T>(tree: T, isOfPage: (name: string) => boolean): T {
	return mapLeaves(tree, leaf => (typeof leaf === 'string' ? marked(leaf, isOfPage) : leaf)) as T;
}

function lookup(resource: string, late: ReadonlyMap<string, Expression>, values: PageValues): Lookup {
	return placeholder => {
		const name = expressionName(placeholder) ?? '';
		const expression = late.get(name);
		if (!expression) return {value: values[placeholder]};
		try {
			return {value: expression.value(values) ?? undefined};
		} catch (error) {
			throw new SelectorError(`${resource}: expressions.${name}: ${messageOf(error)}`);
		}
	};
}

function filled(draft: RequestDraft, known: Lookup): RequestDraft {
	const {params, headers, body} = draft;
	return {
		...draft,
		path: fill(braced(draft.path), placeholder => inPath(placeholder, known)),
		params: filledTree(params, known),
		headers: mapLeaves(filledTree(headers, known), textOf as (leaf: unknown) => string) as typeof headers,
		...(body && {body: filledBody(body, known)}),
	};
}

function filledBody(
	body: NonNullable<RequestDraft['body']>,
	known: Lookup,
): NonNullable<RequestDraft['body']> {
	if (!('form' in body)) return filledTree(body, known);
	const pairs = body.form.flatMap(([name, value]): [string, string][] => {
		const {of} = filledTree({of: value} as {of?: JsonValue}, known);
		return of === undefined ? [] : [[name, textOf(of)]];
	});
	return {form: pairs};
}

function filledTree<T>(tree: T, known: Lookup): T {
	const inBraces = mapLeaves(tree, leaf => (typeof leaf === 'string' ? braced(leaf) : leaf));
	return mapLeaves(fillTree(inBraces, known), leaf => (typeof leaf === 'string' ? fill(leaf) : leaf)) as T;
}

/** The text with its marks as placeholders, and its other braces doubled. */
function braced(text: string): string {
	return doubled(text).replaceAll(OPEN, '{').replaceAll(CLOSE, '}');
}

function inPath(placeholder: string, known: Lookup): string {
	const value: JsonValue = known(placeholder)?.value ?? null;
	const text = textOf(value);
	if (value === null || leadsElsewhere(text))
		throw new SelectorError(
			`{${placeholder}} is ${value === null ? 'without a value' : JSON.stringify(text)}, which cannot ` +
				'stand in a path',
		);
	return segments(text);
}
