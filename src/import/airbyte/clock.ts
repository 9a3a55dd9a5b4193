/**
 * Bounds that an expression computes from the clock, in the form of `incremental`: `-P30D`, `now`, `today`.
 */
import type {Node} from '../../template/parse/nodes.ts';
import {Span} from '../../template/values/values.ts';
import {constantOf} from './nodes.ts';

const SECONDS_PER_DAY = 86_400;

/** `fixed` writes a time that the manifest or the connection states. */
export function clockBound(node: Node, fixed: (text: string) => string): string | undefined {
	switch (node.kind) {
		case 'function':
			return ofFunction(node, fixed);
		case 'choice':
			return ofChoice(node, fixed);
		case 'method':
			return ['strftime', 'isoformat', 'timestamp', 'date'].includes(node.name)
				? clockBound(node.of, fixed)
				: undefined;
		case 'filter':
			return ['int', 'string'].includes(node.name) ? clockBound(node.of, fixed) : undefined;
		case 'binary': {
			const span = node.operator === '-' ? durationOf(node.right) : undefined;
			return clockBound(node.left, fixed) === 'now' && span ? `-${span}` : undefined;
		}
		default:
			return undefined;
	}
}

type Fixed = (text: string) => string;

function ofFunction({name, args}: Node & {kind: 'function'}, fixed: Fixed): string | undefined {
	const [first] = args.values;
	if (name === 'now_utc') return 'now';
	if (name === 'today_utc' || name === 'today_with_timezone') return 'today';
	if (name === 'format_datetime' && first) return clockBound(first, fixed);
	if (name === 'max' || name === 'min') return oneOf(name, args.values, fixed);
	if (name !== 'day_delta') return undefined;
	const days = constantOf(first ?? args.named.find(each => each.name === 'num_days')?.value);
	if (typeof days !== 'number' || days > 0) return undefined;
	return days === 0 ? 'now' : `-P${-days}D`;
}

function oneOf(which: 'max' | 'min', nodes: readonly Node[], fixed: Fixed): string | undefined {
	const bounds = nodes.map(node => {
		const constant = constantOf(node);
		return typeof constant === 'string' && constant !== '' ? fixed(constant) : clockBound(node, fixed);
	});
	return bounds.length < 2 || bounds.includes(undefined) ? undefined : `${which}(${bounds.join(', ')})`;
}

/** The later of two: `a if a and a > b else b`. */
function ofChoice({test, yes, no}: Node & {kind: 'choice'}, fixed: Fixed): string | undefined {
	const compared = test.kind === 'logic' && test.operator === 'and' ? test.right : test;
	if (compared.kind !== 'compare' || compared.rest.length !== 1) return undefined;
	const [{operator, value} = {operator: '', value: undefined}] = compared.rest;
	const isLater = isSame(compared.first, yes) && isSame(value, no) && ['>', '>='].includes(operator);
	return isLater ? oneOf('max', [yes, no], fixed) : undefined;
}

function isSame(one: Node | undefined, other: Node): boolean {
	const text = (node: Node | undefined): string =>
		JSON.stringify(node, (key, value: unknown) => (key === 'at' ? undefined : value));
	return text(one) === text(other);
}

// Folding has turned a constant expression into its value.
function durationOf(node: Node): string | undefined {
	if (node.kind !== 'constant' || !(node.value instanceof Span)) return undefined;
	const {months, seconds, micros} = node.value;
	if (micros !== 0 || seconds < 0 || months < 0) return undefined;
	const days = Math.floor(seconds / SECONDS_PER_DAY);
	const rest = seconds % SECONDS_PER_DAY;
	const text = `P${months > 0 ? `${months}M` : ''}${days > 0 ? `${days}D` : ''}${rest > 0 ? `T${rest}S` : ''}`;
	return text === 'P' ? undefined : text;
}
