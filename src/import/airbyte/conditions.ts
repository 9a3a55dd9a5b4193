/** Turns expressions about a record or a response into conditions of RFC 9535. */
import type {Node} from '../../template/parse/nodes.ts';
import {type Chain, chainOf, constantOf, pathText} from './nodes.ts';

/**
 * The condition; `undefined` for other expressions. A `record` becomes `@` in it, a `response` becomes `$`.
 */
export function conditionOf(node: Node, root: string): string | undefined {
	switch (node.kind) {
		case 'logic': {
			const [left, right] = [conditionOf(node.left, root), conditionOf(node.right, root)];
			return left && right && `(${left} ${node.operator === 'or' ? '||' : '&&'} ${right})`;
		}
		case 'unary': {
			const inner = node.operator === 'not' ? conditionOf(node.of, root) : undefined;
			return inner && `!(${inner})`;
		}
		case 'test':
			return testOf(node, root);
		case 'compare':
			return comparisonOf(node, root);
		default: {
			const path = pathOf(node, root);
			return path && truthOf(path);
		}
	}
}

function pathOf(node: Node, root: string): string | undefined {
	const chain = strictChain(node);
	if (chain?.root !== root || chain.keys.length === 0) return undefined;
	const path = pathText(chain.keys);
	return `${root === 'record' ? '@' : '$'}${path.startsWith('[') ? '' : '.'}${path}`.replace(
		/\.([^.[\]]*[^\w.[\]][^.[\]]*)/g,
		"['$1']",
	);
}

/** A chain whose end has no replacement for a missing value. */
function strictChain(node: Node): Chain | undefined {
	return ['name', 'item', 'method'].includes(node.kind) ? chainOf(node) : undefined;
}

// The condition under which Python takes the value for true.
function truthOf(path: string): string {
	const falsy = ['null', 'false', '0', "''"].map(value => `${path} != ${value}`);
	return `(${path} && ${falsy.join(' && ')} && length(${path}) != 0)`;
}

function testOf({of, name, isNot}: Node & {kind: 'test'}, root: string): string | undefined {
	const path = pathOf(of, root);
	if (path === undefined) return undefined;
	const condition = {
		defined: path,
		undefined: `!${path}`,
		none: `${path} == null`,
		true: `${path} == true`,
		false: `${path} == false`,
	}[name];
	return condition && (isNot ? `!(${condition})` : condition);
}

function comparisonOf({first, rest}: Node & {kind: 'compare'}, root: string): string | undefined {
	const [{operator, value} = {operator: undefined, value: undefined}, ...more] = rest;
	if (!value || !operator || more.length > 0) return undefined;
	if (operator === 'in' || operator === 'not in') {
		const found = membership(first, value, root);
		return found && (operator === 'in' ? found : `!(${found})`);
	}
	const [left, right] = [operand(first, root), operand(value, root)];
	if (left === undefined || right === undefined || !/^[@$]/m.test(`${left}\n${right}`)) return undefined;
	return `${left} ${operator} ${right}`;
}

function membership(item: Node, list: Node, root: string): string | undefined {
	const key = constantOf(item);
	if (typeof key === 'string') {
		const path = pathOf({kind: 'item', of: list, key: item, at: 0}, root);
		if (path !== undefined) return path;
	}
	const path = pathOf(item, root);
	const values = itemsOf(list);
	if (path === undefined || !values || values.length === 0) return undefined;
	return `(${values.map(value => `${path} == ${literal(value)}`).join(' || ')})`;
}

function itemsOf(list: Node): (string | number | boolean | null)[] | undefined {
	const values =
		list.kind === 'list'
			? list.items.map(constantOf)
			: list.kind === 'constant' && Array.isArray(list.value)
				? list.value.map(value => constantOf({kind: 'constant', value}))
				: undefined;
	return values?.every(value => value !== undefined)
		? (values as (string | number | boolean | null)[])
		: undefined;
}

function operand(node: Node, root: string): string | undefined {
	const constant = constantOf(node);
	return constant === undefined ? pathOf(node, root) : literal(constant);
}

function literal(value: string | number | boolean | null): string {
	return typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value);
}
