/** The text of a template, from its nodes: for a template whose known parts were folded, or whose names changed. */
import {Decimal} from '../../core/json/json.ts';
import {Fault, fail} from '../errors.ts';
import type {Arguments, Node, Statement} from '../parse/nodes.ts';
import {floatText} from '../values/python-text.ts';
import {isoText} from '../values/time-text.ts';
import {Day, Float, isDict, Moment, Span, Tuple, type Value} from '../values/values.ts';

/** How strongly an operator binds its operands. An operand that binds less needs brackets. */
const BINDS = {
	choice: 0,
	or: 1,
	and: 2,
	not: 3,
	compare: 4,
	sum: 5,
	product: 6,
	power: 7,
	is: 8,
	filter: 9,
	sign: 10,
};
const WHOLE = 12;

/** Words with a meaning of their own, which stand in quotes as keys. */
const words: ReadonlySet<string> = new Set(
	'and or not in is if else elif for set true false none True False None'.split(' '),
);

/** Throws a `Fault` if a folded value has no notation in a template. */
export function templateText(body: readonly Statement[]): string {
	const text = body.map(statementText).join('');
	// The last line end of a template does not count.
	return text.endsWith('\n') ? `${text}\n` : text;
}

function inner(body: readonly Statement[]): string {
	return body.map(statementText).join('');
}

function statementText(statement: Statement): string {
	switch (statement.kind) {
		case 'text':
			return statement.text.replace(/\{(?=[{%#])/g, "{{ '{' }}");
		case 'output':
			return `{{ ${nodeText(statement.value)} }}`;
		case 'set':
			return `{% set ${statement.names.join(', ')} = ${nodeText(statement.value)} %}`;
		case 'set-field':
			return `{% set ${statement.name}.${statement.field} = ${nodeText(statement.value)} %}`;
		case 'set-text':
			return `{% set ${statement.names.join(', ')} %}${inner(statement.body)}{% endset %}`;
		case 'if': {
			const no = statement.no.length > 0 ? `{% else %}${inner(statement.no)}` : '';
			return `{% if ${nodeText(statement.test)} %}${inner(statement.yes)}${no}{% endif %}`;
		}
		case 'for': {
			const only = statement.only ? ` if ${nodeText(statement.only)}` : '';
			const none = statement.none.length > 0 ? `{% else %}${inner(statement.none)}` : '';
			const of = `${statement.names.join(', ')} in ${nodeText(statement.of, BINDS.or)}${only}`;
			return `{% for ${of} %}${inner(statement.body)}${none}{% endfor %}`;
		}
	}
}

function nodeText(node: Node, least = 0): string {
	const [text, binds] = written(node);
	return binds < least ? `(${text})` : text;
}

function written(node: Node): [text: string, binds: number] {
	switch (node.kind) {
		case 'constant':
			return valueText(node.value);
		case 'error':
			throw node.error instanceof Fault ? node.error : new Fault('a part of it has no value');
		case 'name':
			return [node.name, WHOLE];
		case 'item':
			return [`${nodeText(node.of, WHOLE)}${keyText(node.key)}`, WHOLE];
		case 'slice': {
			const [from, to, by] = node.bounds.map(bound => (bound ? nodeText(bound) : ''));
			return [`${nodeText(node.of, WHOLE)}[${from ?? ''}:${to ?? ''}${by ? `:${by}` : ''}]`, WHOLE];
		}
		case 'function':
			return [`${node.name}(${argumentsText(node.args)})`, WHOLE];
		case 'method':
			return [`${nodeText(node.of, WHOLE)}.${node.name}(${argumentsText(node.args)})`, WHOLE];
		case 'filter': {
			const args = argumentsText(node.args);
			return [`${nodeText(node.of, BINDS.filter)} | ${node.name}${args && `(${args})`}`, BINDS.filter];
		}
		case 'test': {
			const args = argumentsText(node.args);
			const is = node.isNot ? 'is not' : 'is';
			return [`${nodeText(node.of, BINDS.filter)} ${is} ${node.name}${args && `(${args})`}`, BINDS.is];
		}
		case 'unary':
			return node.operator === 'not'
				? [`not ${nodeText(node.of, BINDS.not)}`, BINDS.not]
				: [`${node.operator}${nodeText(node.of, WHOLE)}`, BINDS.sign];
		case 'binary': {
			const binds = strengthOf(node.operator);
			const left = nodeText(node.left, binds === BINDS.power ? binds + 1 : binds);
			return [`${left} ${node.operator} ${nodeText(node.right, binds + 1)}`, binds];
		}
		case 'logic': {
			const binds = BINDS[node.operator];
			return [`${nodeText(node.left, binds)} ${node.operator} ${nodeText(node.right, binds + 1)}`, binds];
		}
		case 'compare': {
			const rest = node.rest.map(({operator, value}) => ` ${operator} ${nodeText(value, BINDS.sum)}`);
			return [`${nodeText(node.first, BINDS.sum)}${rest.join('')}`, BINDS.compare];
		}
		case 'choice': {
			const otherwise = node.no.kind === 'constant' && node.no.value === undefined;
			const no = otherwise ? '' : ` else ${nodeText(node.no, BINDS.or)}`;
			return [`${nodeText(node.yes, BINDS.or)} if ${nodeText(node.test, BINDS.or)}${no}`, BINDS.choice];
		}
		case 'list':
			return [
				listText(
					node.items.map(item => nodeText(item)),
					node.isTuple,
				),
				WHOLE,
			];
		case 'dict': {
			const entries = node.entries.map(({key, value}) => `${nodeText(key)}: ${nodeText(value)}`);
			return [`{${entries.join(', ')}}`, WHOLE];
		}
	}
}

function strengthOf(operator: string): number {
	if (operator === '**') return BINDS.power;
	return ['+', '-', '~'].includes(operator) ? BINDS.sum : BINDS.product;
}

function keyText(key: Node): string {
	const {value} = key.kind === 'constant' ? key : {value: undefined};
	if (typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value) && !words.has(value)) return `.${value}`;
	return `[${nodeText(key)}]`;
}

function argumentsText({values, named}: Arguments): string {
	return [
		...values.map(value => nodeText(value)),
		...named.map(({name, value}) => `${name}=${nodeText(value)}`),
	].join(', ');
}

function listText(items: readonly string[], isTuple: boolean): string {
	if (!isTuple) return `[${items.join(', ')}]`;
	return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

function valueText(value: Value): [text: string, binds: number] {
	if (value === undefined) return ['{}.nothing', WHOLE];
	if (value === null) return ['none', WHOLE];
	if (typeof value === 'boolean') return [String(value), WHOLE];
	if (typeof value === 'string') return [quoted(value), WHOLE];
	if (typeof value === 'number' || typeof value === 'bigint')
		return signed(
			Number.isInteger(value) || typeof value === 'bigint' ? String(BigInt(value)) : floatText(value),
		);
	if (value instanceof Float) return signed(floatText(value.value));
	if (value instanceof Decimal) return signed(value.text);
	if (Array.isArray(value))
		return [
			listText(
				value.map(item => valueText(item)[0]),
				value instanceof Tuple,
			),
			WHOLE,
		];
	if (value instanceof Moment) return [`str_to_datetime(${quoted(isoText(value))})`, WHOLE];
	if (value instanceof Span) return [durationText(value), WHOLE];
	if (value instanceof Day || !isDict(value)) return fail('a date or a namespace cannot be written as text');
	const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${valueText(item)[0]}`);
	return [`{${entries.join(', ')}}`, WHOLE];
}

function signed(text: string): [text: string, binds: number] {
	if (!/\d/.test(text)) return fail(`${text} cannot be written as a number`);
	return [text, text.startsWith('-') ? BINDS.sign : WHOLE];
}

function durationText({months, seconds, micros}: Span): string {
	if (micros !== 0 || seconds < 0 || months < 0) return fail('this duration cannot be written as text');
	return `duration('P${months > 0 ? `${months}M` : ''}T${seconds}S')`;
}

const escapes: {readonly [character: string]: string} = {
	'\\': '\\\\',
	"'": "\\'",
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
};

function quoted(text: string): string {
	return `'${text.replace(/[\\'\n\r\t]/g, character => escapes[character] ?? character)}'`;
}
