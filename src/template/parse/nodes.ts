/** What a template is made of. `at` is the place in its text. */
import type {Comparison, Operator} from '../values/operators.ts';
import type {Value} from '../values/values.ts';

export interface Arguments {
	readonly values: readonly Node[];
	readonly named: readonly {readonly name: string; readonly value: Node}[];
}

export type Node =
	| {readonly kind: 'constant'; readonly value: Value}
	/** Folding met an error, which counts only when the evaluation comes by. */
	| {readonly kind: 'error'; readonly error: Error; readonly at: number}
	| {readonly kind: 'name'; readonly name: string; readonly at: number}
	| {readonly kind: 'item'; readonly of: Node; readonly key: Node; readonly at: number}
	| {
			readonly kind: 'slice';
			readonly of: Node;
			readonly bounds: readonly (Node | undefined)[];
			readonly at: number;
	  }
	| {readonly kind: 'function'; readonly name: string; readonly args: Arguments; readonly at: number}
	| {
			readonly kind: 'method' | 'filter';
			readonly of: Node;
			readonly name: string;
			readonly args: Arguments;
			readonly at: number;
	  }
	| {
			readonly kind: 'test';
			readonly of: Node;
			readonly name: string;
			readonly isNot: boolean;
			readonly args: Arguments;
			readonly at: number;
	  }
	| {readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly of: Node; readonly at: number}
	| {
			readonly kind: 'binary';
			readonly operator: Operator;
			readonly left: Node;
			readonly right: Node;
			readonly at: number;
	  }
	| {readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Node; readonly right: Node}
	/** `1 < x < 5` compares each value with the next. */
	| {
			readonly kind: 'compare';
			readonly first: Node;
			readonly rest: readonly {readonly operator: Comparison; readonly value: Node}[];
			readonly at: number;
	  }
	| {readonly kind: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node}
	| {readonly kind: 'list'; readonly items: readonly Node[]; readonly isTuple: boolean}
	| {
			readonly kind: 'dict';
			readonly entries: readonly {readonly key: Node; readonly value: Node}[];
			readonly at: number;
	  };

export type Statement =
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'output'; readonly value: Node}
	| {readonly kind: 'set'; readonly names: readonly string[]; readonly value: Node; readonly at: number}
	| {
			readonly kind: 'set-field';
			readonly name: string;
			readonly field: string;
			readonly value: Node;
			readonly at: number;
	  }
	| {
			readonly kind: 'set-text';
			readonly names: readonly string[];
			readonly body: readonly Statement[];
			readonly at: number;
	  }
	| {
			readonly kind: 'if';
			readonly test: Node;
			readonly yes: readonly Statement[];
			readonly no: readonly Statement[];
	  }
	| {
			readonly kind: 'for';
			readonly names: readonly string[];
			readonly of: Node;
			readonly only: Node | undefined;
			readonly body: readonly Statement[];
			readonly none: readonly Statement[];
			readonly at: number;
	  };

/** The nodes right below this one. */
export function nodesOf(node: Node): readonly Node[] {
	switch (node.kind) {
		case 'constant':
		case 'error':
		case 'name':
			return [];
		case 'item':
			return [node.of, node.key];
		case 'slice':
			return [node.of, ...node.bounds.filter(bound => bound !== undefined)];
		case 'function':
			return argumentNodes(node.args);
		case 'method':
		case 'filter':
		case 'test':
			return [node.of, ...argumentNodes(node.args)];
		case 'unary':
			return [node.of];
		case 'binary':
		case 'logic':
			return [node.left, node.right];
		case 'compare':
			return [node.first, ...node.rest.map(({value}) => value)];
		case 'choice':
			return [node.test, node.yes, node.no];
		case 'list':
			return node.items;
		case 'dict':
			return node.entries.flatMap(({key, value}) => [key, value]);
	}
}

function argumentNodes({values, named}: Arguments): Node[] {
	return [...values, ...named.map(({value}) => value)];
}

/** The statements inside this one. */
export function partsOf(statement: Statement): readonly Statement[] {
	if (statement.kind === 'if') return [...statement.yes, ...statement.no];
	if (statement.kind === 'for') return [...statement.body, ...statement.none];
	return statement.kind === 'set-text' ? statement.body : [];
}

/** The expressions right in this statement. */
export function expressionsOf(statement: Statement): readonly Node[] {
	if (statement.kind === 'for') return statement.only ? [statement.of, statement.only] : [statement.of];
	if (statement.kind === 'if') return [statement.test];
	return 'value' in statement ? [statement.value] : [];
}
