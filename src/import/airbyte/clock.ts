/**
 * Bounds that an expression computes from the clock, in the form of `incremental`: `-P30D`, `now`, `today`.
 */
import type {Node} from '../../template/parse/nodes.ts';
import {Span} from '../../template/values/values.ts';
import {constantOf} from './nodes.ts';

const SECONDS_PER_DAY = 86_400;

export function clockBound(node: Node): string | undefined {
	switch (node.kind) {
		case 'function':
			return ofFunction(node);
		case 'method':
			return ['strftime', 'isoformat', 'timestamp', 'date'].includes(node.name)
				? clockBound(node.of)
				: undefined;
		case 'filter':
			return ['int', 'string'].includes(node.name) ? clockBound(node.of) : undefined;
		case 'binary': {
			const span = node.operator === '-' ? durationOf(node.right) : undefined;
			return clockBound(node.left) === 'now' && span ? `-${span}` : undefined;
		}
		default:
			return undefined;
	}
}

function ofFunction({name, args}: Node & {kind: 'function'}): string | undefined {
	const [first] = args.values;
	if (name === 'now_utc') return 'now';
	if (name === 'today_utc' || name === 'today_with_timezone') return 'today';
	if (name === 'format_datetime' && first) return clockBound(first);
	if (name !== 'day_delta') return undefined;
	const days = constantOf(first ?? args.named.find(each => each.name === 'num_days')?.value);
	if (typeof days !== 'number' || days > 0) return undefined;
	return days === 0 ? 'now' : `-P${-days}D`;
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
