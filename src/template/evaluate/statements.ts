/** Templates as functions of one evaluation: what they print, set and repeat. */

import {fail} from '../errors.ts';
import {expressionsOf, type Node, nodesOf, partsOf, type Statement} from '../parse/nodes.ts';
import {itemsOf} from '../routine.ts';
import {isTrue} from '../values/operators.ts';
import {textOf} from '../values/python-text.ts';
import {madeHere, Namespace, put, typeName, type Value} from '../values/values.ts';
import {compiled, type Evaluation} from './compile.ts';
import {Frame, notFound, type Run} from './evaluation.ts';

/** Gives back what is printed. */
export type Printing = (run: Run) => string;

export function printing(body: readonly Statement[], set: ReadonlySet<string>): Printing {
	const parts = body.map(statement => printingOf(statement, set));
	return run => {
		let text = '';
		for (const part of parts) {
			const printed = part(run);
			run.budget.make(printed.length);
			text += printed;
		}
		return text;
	};
}

function printingOf(statement: Statement, set: ReadonlySet<string>): Printing {
	switch (statement.kind) {
		case 'text':
			return () => statement.text;
		case 'output': {
			const value = compiled(statement.value, set);
			return run => textOf(value(run));
		}
		case 'set': {
			const value = compiled(statement.value, set);
			return run => assign(run, statement.names, value(run), statement.at);
		}
		case 'set-text': {
			const body = printing(statement.body, set);
			return run => assign(run, statement.names, body(run), statement.at);
		}
		case 'set-field': {
			const value = compiled(statement.value, set);
			return run => {
				const target = run.frame.find(statement.name);
				run.at = statement.at;
				if (target === notFound || !(target instanceof Namespace))
					return fail(`${statement.name} is no namespace(), so it has no fields to set`);
				put(target.fields, statement.field, value(run));
				return '';
			};
		}
		case 'if': {
			const test = compiled(statement.test, set);
			const [yes, no] = [printing(statement.yes, set), printing(statement.no, set)];
			return run => (isTrue(test(run)) ? yes(run) : no(run));
		}
		case 'for':
			return loop(statement, set);
	}
}

const TURN_STEPS = 4;

// How much one turn may evaluate.
function sizeOf(statement: Statement): number {
	const nodes = expressionsOf(statement).reduce((sum, node) => sum + nodeCount(node), 0);
	return nodes + partsOf(statement).reduce((sum, part) => sum + 1 + sizeOf(part), 0);
}

function nodeCount(node: Node): number {
	return nodesOf(node).reduce((sum, inner) => sum + nodeCount(inner), 1);
}

function loop(statement: Statement & {kind: 'for'}, set: ReadonlySet<string>): Printing {
	const of = compiled(statement.of, set);
	const only = statement.only && compiled(statement.only, set);
	const [body, none] = [printing(statement.body, set), printing(statement.none, set)];
	const {names, at} = statement;
	const cost = TURN_STEPS + sizeOf(statement) / 2;
	return run => {
		const list = of(run);
		run.at = at;
		const all = itemsOf(list, run.budget);
		const outer = run.frame;
		try {
			const items = only ? all.filter(item => isWanted(run, outer, names, item, only, at)) : all;
			if (items.length === 0) {
				run.frame = outer;
				return none(run);
			}
			let text = '';
			// A list that grows while the loop goes over it ends the loop where it ended before.
			const {length} = items;
			for (let index = 0; index < length; index++) {
				run.frame = new Frame(outer);
				run.frame.values.set('loop', turn(items, index, length));
				assign(run, names, items[index], at);
				const printed = body(run);
				run.budget.step(cost);
				run.budget.make(printed.length);
				text += printed;
			}
			return text;
		} finally {
			run.frame = outer;
		}
	};
}

function isWanted(
	run: Run,
	outer: Frame,
	names: readonly string[],
	item: Value,
	only: Evaluation,
	at: number,
) {
	run.budget.step(TURN_STEPS);
	run.frame = new Frame(outer);
	assign(run, names, item, at);
	return isTrue(only(run));
}

function turn(items: readonly Value[], index: number, length: number): Value {
	return madeHere({
		index: index + 1,
		index0: index,
		revindex: length - index,
		revindex0: length - index - 1,
		first: index === 0,
		last: index === length - 1,
		length,
		previtem: items[index - 1],
		nextitem: items[index + 1],
	});
}

function assign(run: Run, names: readonly string[], value: Value, at: number): string {
	const [name] = names;
	if (names.length === 1 && name !== undefined) {
		run.frame.values.set(name, value);
		return '';
	}
	run.at = at;
	if (!Array.isArray(value) || value.length !== names.length)
		return fail(`${names.length} names take a list of as many values, not ${typeName(value)}`);
	names.forEach((name, i) => {
		run.frame.values.set(name, value[i]);
	});
	return '';
}
