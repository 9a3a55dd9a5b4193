/** The expression for a link to the next page. Airbyte follows a relative one below the base URL. */
import type {Node} from '../../template/parse/nodes.ts';
import type {Template} from '../../template/template.ts';
import {constantOf, onlyNode} from './nodes.ts';
import {LeftOut} from './outcome.ts';
import {joined} from './requester.ts';
import {kindOf} from './value-kind.ts';

type Linked = Pick<Template, 'body' | 'source'>;

/** The template with the base URL before each text that begins a link. A link of the response stays as it is. */
export function linkValue(template: Template, base: string): Linked {
	const {body, source} = template;
	const only = onlyNode(template);
	if (only) return {body: [{kind: 'output', value: absolute(only, base)}], source};
	const [first, ...rest] = body;
	if (first?.kind === 'text') return {body: [{...first, text: joined(base, first.text)}, ...rest], source};
	if (first?.kind === 'output' && kindOf(first.value) === 'number')
		return {body: [{kind: 'text', text: joined(base, '/')}, ...body], source};
	throw new LeftOut('cursor value: an expression', source);
}

function absolute(node: Node, base: string): Node {
	switch (node.kind) {
		case 'choice':
			return {...node, yes: absolute(node.yes, base), no: absolute(node.no, base)};
		case 'logic':
			return node.operator === 'or'
				? {...node, left: absolute(node.left, base), right: absolute(node.right, base)}
				: node;
		case 'binary':
			return ['+', '~'].includes(node.operator)
				? {...node, left: absolute(node.left, base), right: encodedAfter(node.left, node.right)}
				: node;
		case 'constant':
			return typeof node.value === 'string' && node.value !== '' && node.value !== 'None'
				? {...node, value: joined(base, node.value)}
				: node;
		default:
			return node;
	}
}

// The plus of a time zone would be a space for the server.
function encodedAfter(left: Node, right: Node): Node {
	const before = left.kind === 'binary' ? constantOf(left.right) : constantOf(left);
	const isValue = typeof before === 'string' && before.endsWith('=') && constantOf(right) === undefined;
	return isValue
		? {kind: 'filter', name: 'urlencode', of: right, args: {values: [], named: []}, at: 0}
		: right;
}
