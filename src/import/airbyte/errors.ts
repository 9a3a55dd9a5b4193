/** Imports error handlers as `response_actions`, and the number of retries. */
import {asObject, isPlainObject, type PlainObject, withoutUndefined} from '../../config/tree.ts';
import type {Node} from '../../template/parse/nodes.ts';
import {conditionOf} from './conditions.ts';
import {isSettled, type Known} from './known.ts';
import {type Chain, chainOf, constantOf, onlyNode, pathText} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';

export interface Handled {
	readonly actions: PlainObject[];
	/** The number of retries, if the manifest sets it. */
	readonly maxRetries: number | undefined;
}

const actions: {readonly [action: string]: string} = {
	FAIL: 'fail',
	IGNORE: 'ignore',
	RATE_LIMITED: 'rate_limited',
	REFRESH_TOKEN_THEN_RETRY: 'refresh_token',
	RETRY: 'retry',
};

export function handlerOf(handler: unknown, above: Known, differences: Differences): Handled {
	if (!isPlainObject(handler)) return {actions: [], maxRetries: undefined};
	const known = above.in(handler);
	if (handler.type === 'CompositeErrorHandler') {
		const list = Array.isArray(handler.error_handlers) ? handler.error_handlers : [];
		const all = list.map(inner => handlerOf(inner, known, differences));
		const retries = all.flatMap(({maxRetries}) => maxRetries ?? []);
		return {
			actions: all.flatMap(inner => inner.actions),
			maxRetries: retries.length > 0 ? Math.max(...retries) : undefined,
		};
	}
	if (handler.type !== 'DefaultErrorHandler' && !isKnownHandler(handler, differences))
		throw new LeftOut('Python: error handler', String(handler.class_name));
	const wait = waitOf(handler.backoff_strategies, known, differences);
	const filters = Array.isArray(handler.response_filters) ? handler.response_filters.map(asObject) : [];
	const rules = filters.flatMap(filter => rulesOf(filter, known.in(filter), wait));
	const isLimited = rules.some(rule => rule.action === 'rate_limited');
	return {
		actions: wait && !isLimited ? [...rules, {status_code: 429, action: 'rate_limited', ...wait}] : rules,
		maxRetries: retriesOf(handler.max_retries, known),
	};
}

/** The rules for answers in CSV: only a failure has a body in JSON, so a rule about JSON is one about failures. */
export function rulesForCsv(rules: readonly PlainObject[]): PlainObject[] {
	return rules.map(rule =>
		rule.json_path !== undefined && rule.status_code === undefined
			? {status_code: ['4xx', '5xx'], ...rule}
			: rule,
	);
}

/** Handlers in Python that only try again after failures of the network, as Sluice does anyway. */
function isKnownHandler({class_name: name}: PlainObject, differences: Differences): boolean {
	if (!/(^|\.)KlaviyoErrorHandler$/.test(String(name))) return false;
	differences.add('choice', `tries again as the class ${String(name)} of Airbyte's own connector does`);
	return true;
}

function retriesOf(given: unknown, known: Known): number | undefined {
	if (given === undefined || given === null) return undefined;
	const count = Number(known.constant(given, 'number of retries'));
	return Number.isInteger(count) && count >= 0 ? count : undefined;
}

/** The place of the wait in a response. `Retry-After` always applies. */
function waitOf(strategies: unknown, known: Known, differences: Differences): PlainObject | undefined {
	for (const strategy of Array.isArray(strategies) ? strategies.map(asObject) : []) {
		const {type} = strategy;
		if (type === 'WaitTimeFromHeader' || type === 'WaitUntilTimeFromHeader') {
			const header = known.in(strategy).text(strategy.header, 'header with the wait');
			if (header.toLowerCase() === 'retry-after') continue;
			const regex = strategy.regex === undefined ? undefined : known.text(strategy.regex, 'wait');
			return withoutUndefined({wait_header: header, wait_regex: regex});
		}
		if (type === 'ConstantBackoffStrategy')
			differences.add('requests', 'waits between attempts grow, in place of one length for all');
		else if (type === 'CustomBackoffStrategy')
			differences.add(
				'requests',
				`waits between attempts go by client.retry, and not by ${String(strategy.class_name)}`,
			);
	}
	return undefined;
}

function rulesOf(filter: PlainObject, known: Known, wait: PlainObject | undefined): PlainObject[] {
	const conditions = conditionsOf(filter, known);
	if (filter.action === undefined || conditions.length === 0) return [];
	const action = actions[String(filter.action)];
	if (action === undefined) throw new LeftOut(`response action: ${String(filter.action)}`);
	const message = messageOf(filter.error_message, known);
	return conditions.map(condition =>
		withoutUndefined({...condition, action, message, ...(action === 'rate_limited' && wait)}),
	);
}

/** Each condition is sufficient, so each becomes a rule. */
function conditionsOf(filter: PlainObject, known: Known): PlainObject[] {
	const found: PlainObject[] = [];
	const codes = Array.isArray(filter.http_codes) ? filter.http_codes.map(Number) : [];
	if (codes.length > 0) found.push({status_code: codes.length === 1 ? codes[0] : codes});
	const content = known.text(filter.error_message_contains ?? '', 'text of an error');
	if (content !== '') found.push({content});
	if (filter.predicate !== undefined && filter.predicate !== '')
		found.push(...predicateRules(String(filter.predicate), known));
	return found;
}

function messageOf(given: unknown, known: Known): string | undefined {
	if (typeof given !== 'string' || given.trim() === '') return undefined;
	try {
		const text = known.text(given, 'message').replace(/\s+/g, ' ').trim();
		return text === '' || text.includes('${') ? undefined : text;
	} catch (error) {
		// If a message quotes the response, it is dropped, as the error of Sluice quotes it anyway.
		if (error instanceof LeftOut) return undefined;
		throw error;
	}
}

function predicateRules(text: string, known: Known): PlainObject[] {
	const template = known.template(text, 'predicate on a response');
	if (isSettled(template)) {
		if (!template.literal({})) return [];
		throw new LeftOut('predicate on a response: an expression', text);
	}
	const node = onlyNode(template);
	const rules = node && (anyOf(node) ?? whole(node));
	if (!rules) throw new LeftOut('predicate on a response: an expression', text);
	return rules;
}

/**
 * A path that matches if the whole condition holds: it leads to the first value of the response that is not
 * null.
 */
function whole(node: Node): PlainObject[] | undefined {
	const condition = conditionOf(node, 'response');
	return condition === undefined ? undefined : [{json_path: `$[?(@ != null && ${condition})]`}];
}

function anyOf(node: Node): PlainObject[] | undefined {
	if (node.kind === 'logic' && node.operator === 'or') {
		const [left, right] = [anyOf(node.left), anyOf(node.right)];
		return left && right && [...left, ...right];
	}
	const rule = ruleOf(node);
	return rule && [rule];
}

function ruleOf(node: Node): PlainObject | undefined {
	if (node.kind === 'logic') {
		const [left, right] = [ruleOf(node.left), ruleOf(node.right)];
		if (!left || !right || left.json_value !== undefined) return undefined;
		// The second condition implies that the first value exists.
		return String(right.json_path).startsWith(String(left.json_path)) ? right : undefined;
	}
	if (node.kind === 'test' && node.name === 'defined' && !node.isNot) return atPath(chainOf(node.of));
	if (node.kind === 'compare' && node.rest.length === 1) return comparison(node);
	return undefined;
}

function comparison({first, rest}: Node & {kind: 'compare'}): PlainObject | undefined {
	const [{operator, value} = {operator: '', value: undefined}] = rest;
	if (!value) return undefined;
	if (operator === '==') {
		const constant = constantOf(value);
		const rule = atPath(chainOf(first));
		if (!rule || constant === undefined || constant === null) return undefined;
		return {...rule, json_value: typeof constant === 'string' ? asPattern(constant, true) : constant};
	}
	const text = constantOf(first);
	const chain = operator === 'in' ? chainOf(value) : undefined;
	if (chain?.root !== 'response' || typeof text !== 'string') return undefined;
	if (chain.keys.length === 0) return atPath({root: 'response', keys: [text]});
	const rule = atPath(chain);
	return rule && {...rule, json_value: asPattern(text, false)};
}

function atPath(chain: Chain | undefined): PlainObject | undefined {
	return chain?.root === 'response' && chain.keys.length > 0 ? {json_path: pathText(chain.keys)} : undefined;
}

// A text between slashes would be a pattern.
function asPattern(text: string, isWhole: boolean): string {
	if (isWhole && !/^\/.+\/$/s.test(text)) return text;
	const escaped = text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
	return isWhole ? `/^${escaped}$/` : `/${escaped}/`;
}
