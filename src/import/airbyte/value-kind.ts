/** The kind of value that an expression makes, as far as its text shows it. */
import type {Node} from '../../template/parse/nodes.ts';

export type ValueKind = 'text' | 'number' | 'boolean' | 'time' | 'object' | 'unknown';

const byName: {readonly [name: string]: ValueKind} = {
	now_utc: 'time',
	str_to_datetime: 'time',
	today_utc: 'text',
	today_with_timezone: 'text',
	format_datetime: 'text',
	day_delta: 'text',
	strftime: 'text',
	isoformat: 'text',
	timestamp: 'number',
	int: 'number',
	float: 'number',
	length: 'number',
	count: 'number',
	round: 'number',
	sum: 'number',
	split: 'object',
	list: 'object',
};

const texts: ReadonlySet<string> = new Set(
	(
		'string join hash lower upper title capitalize trim strip lstrip rstrip replace regex_search ' +
		'regex_replace tojson base64encode base64decode urlencode hmac zfill'
	).split(' '),
);

export function kindOf(node: Node): ValueKind {
	switch (node.kind) {
		case 'constant':
			return typeof node.value === 'string' ? 'text' : typeof node.value === 'number' ? 'number' : 'unknown';
		case 'function':
		case 'method':
		case 'filter':
			return byName[node.name] ?? (texts.has(node.name) ? 'text' : 'unknown');
		case 'slice':
			return 'text';
		case 'test':
		case 'compare':
			return 'boolean';
		case 'list':
		case 'dict':
			return 'object';
		case 'unary':
			return node.operator === 'not' ? 'boolean' : 'number';
		case 'binary':
			return ofBinary(node.operator, kindOf(node.left), kindOf(node.right));
		case 'logic':
			return either(kindOf(node.left), kindOf(node.right));
		case 'choice':
			return either(kindOf(node.yes), kindOf(node.no));
		default:
			return 'unknown';
	}
}

function ofBinary(operator: string, left: ValueKind, right: ValueKind): ValueKind {
	if (operator === '~' || (operator === '+' && (left === 'text' || right === 'text'))) return 'text';
	if (left === 'time') return right === 'time' ? 'unknown' : 'time';
	// Only a number can be added to a number.
	return operator === '+' && left !== 'number' && right !== 'number' ? 'unknown' : 'number';
}

function either(one: ValueKind, other: ValueKind): ValueKind {
	return one === other ? one : 'unknown';
}
