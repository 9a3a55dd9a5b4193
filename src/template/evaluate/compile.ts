/** Expressions as functions of one evaluation: what can be looked up once is looked up here. */

import {fail, isMissing} from '../errors.ts';
import {filters} from '../filters.ts';
import {functions} from '../functions.ts';
import {itemOf, methodOf, sliceOf} from '../methods/access.ts';
import type {Arguments, Node} from '../parse/nodes.ts';
import {bound, type Routine} from '../routine.ts';
import {tests} from '../tests.ts';
import {keyOf} from '../values/literal.ts';
import {numberOf} from '../values/numbers.ts';
import {calculate, compared, isTrue} from '../values/operators.ts';
import {type Dict, madeHere, put, Tuple, type Value} from '../values/values.ts';
import {type Language, notFound, type Run} from './evaluation.ts';

export type Evaluation = (run: Run) => Value;

/** `set` has the names that the template itself sets. */
export function compiled(node: Node, set: ReadonlySet<string>): Evaluation {
	const of = (inner: Node): Evaluation => compiled(inner, set);
	switch (node.kind) {
		case 'constant': {
			const {value} = node;
			return () => value;
		}
		case 'error':
			return run => {
				run.at = node.at;
				throw node.error;
			};
		case 'name':
			return nameOf(node.name, node.at, set);
		case 'item': {
			const [value, key] = [of(node.of), of(node.key)];
			const {at} = node;
			return run => {
				const [container, name] = [value(run), key(run)];
				run.at = at;
				return itemOf(container, name);
			};
		}
		case 'slice': {
			const value = of(node.of);
			const bounds = node.bounds.map(bound => bound && of(bound));
			return run => {
				const [container, places] = [value(run), bounds.map(bound => bound?.(run))];
				run.at = node.at;
				return sliceOf(container, places, count => run.budget.scan(count));
			};
		}
		case 'function':
			return called(node.name, () => functionNamed(node.name), undefined, node.args, node.at, set);
		case 'filter':
			return called(node.name, () => filters[node.name], of(node.of), node.args, node.at, set);
		case 'method':
			return called(node.name, value => methodOf(value, node.name), of(node.of), node.args, node.at, set);
		case 'test': {
			const test = called(node.name, () => tests[node.name], of(node.of), node.args, node.at, set);
			return run => isTrue(test(run)) !== node.isNot;
		}
		case 'unary': {
			const value = of(node.of);
			if (node.operator === 'not') return run => !isTrue(value(run));
			const sign = node.operator === '-' ? -1 : 1;
			return run => {
				const operand = value(run);
				run.at = node.at;
				if (operand === null || operand === undefined) return isMissing();
				if (!numberOf(operand)) return fail(`${node.operator} takes a number`);
				return calculate('*', operand, sign, run.budget);
			};
		}
		case 'binary': {
			const [left, right] = [of(node.left), of(node.right)];
			return run => {
				const [one, other] = [left(run), right(run)];
				run.at = node.at;
				return calculate(node.operator, one, other, run.budget);
			};
		}
		case 'logic': {
			const [left, right] = [of(node.left), of(node.right)];
			const isOr = node.operator === 'or';
			return run => {
				const first = left(run);
				return isTrue(first) === isOr ? first : right(run);
			};
		}
		case 'compare': {
			const first = of(node.first);
			const rest = node.rest.map(({operator, value}) => ({operator, value: of(value)}));
			return run => {
				let left = first(run);
				for (const {operator, value} of rest) {
					const right = value(run);
					run.at = node.at;
					if (!compared(operator, left, right, run.budget)) return false;
					left = right;
				}
				return true;
			};
		}
		case 'choice': {
			const [test, yes, no] = [of(node.test), of(node.yes), of(node.no)];
			return run => (isTrue(test(run)) ? yes(run) : no(run));
		}
		case 'list': {
			const items = node.items.map(of);
			return run => {
				const values = items.map(item => item(run));
				run.budget.scan(values.length);
				return madeHere(node.isTuple ? Tuple.from(values) : values);
			};
		}
		case 'dict': {
			const entries = node.entries.map(({key, value}) => ({key: of(key), value: of(value)}));
			return run => {
				const dict: Dict = {};
				for (const {key, value} of entries) {
					const name = key(run);
					run.at = node.at;
					put(dict, fieldName(name), value(run));
				}
				return madeHere(dict);
			};
		}
	}
}

function fieldName(key: Value): string {
	if (key === undefined) return isMissing();
	try {
		return keyOf(key);
	} catch {
		return fail('the key of an object is a text or a number');
	}
}

function functionNamed(name: string): Routine | undefined {
	return functions[name];
}

function nameOf(name: string, at: number, set: ReadonlySet<string>): Evaluation {
	const isSet = set.has(name);
	return run => {
		const {scope} = run;
		if (isSet) {
			const found = run.frame.find(name);
			if (found !== notFound) return found;
		}
		if (Object.hasOwn(scope, name)) return scope[name] as Value;
		if (isSet) return undefined;
		run.at = at;
		const known = Object.keys(scope);
		return fail(
			`there is no value ${name} here; known ${known.length === 0 ? 'are none' : `are ${known.join(', ')}`}`,
		);
	};
}

function called(
	name: string,
	find: (of: Value) => Routine | undefined,
	of: Evaluation | undefined,
	args: Arguments,
	at: number,
	set: ReadonlySet<string>,
): Evaluation {
	const values = args.values.map(value => compiled(value, set));
	const named = args.named.map(({name, value}) => ({name, value: compiled(value, set)}));
	return run => {
		const given = values.map(value => value(run));
		const byName = named.length === 0 ? undefined : new Map(named.map(({name, value}) => [name, value(run)]));
		const subject = of?.(run);
		run.at = at;
		const routine = find(subject) ?? fail(`there is no ${name}`);
		if (typeof subject === 'string') run.budget.make(subject.length);
		const result = routine.run(run, ...bound(name, routine, of ? [subject, ...given] : given, byName));
		if (typeof result === 'string') run.budget.make(result.length);
		return result;
	};
}

export const language: Language = {
	filter: (run, name, value, args) => {
		const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
		if (!filter) return fail(`there is no filter ${name.slice(0, 40)}`);
		return run.call(filter, bound(name, filter, [value, ...args]));
	},
	test: (run, name, value, args) => {
		const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
		if (!test) return fail(`there is no test ${name.slice(0, 40)}`);
		return isTrue(run.call(test, bound(name, test, [value, ...args])));
	},
	item: itemOf,
};
