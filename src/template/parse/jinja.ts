/** What we use of @huggingface/jinja: its parser. The shapes of its nodes are no part of its exports. */
import {parse} from '@huggingface/jinja';

// Its declarations name their files without endings, and so cannot be found.
export interface Token {
	readonly type: string;
	readonly value: string;
}

/** Any node of the parser, by the fields that some of them have. */
export interface Parsed {
	readonly type: string;
	readonly value?: unknown;
	readonly object?: Parsed;
	readonly property?: Parsed;
	readonly computed?: boolean;
	readonly callee?: Parsed;
	readonly args?: readonly Parsed[];
	readonly operator?: Token;
	readonly left?: Parsed;
	readonly right?: Parsed;
	readonly operand?: Parsed;
	readonly filter?: Parsed;
	readonly lhs?: Parsed;
	readonly test?: Parsed;
	readonly negate?: boolean;
	readonly argument?: Parsed;
	readonly start?: Parsed;
	readonly stop?: Parsed;
	readonly step?: Parsed;
	readonly key?: Parsed;
	readonly condition?: Parsed;
	readonly trueExpr?: Parsed;
	readonly falseExpr?: Parsed;
	readonly body?: readonly Parsed[];
	readonly alternate?: readonly Parsed[];
	readonly loopvar?: Parsed;
	readonly iterable?: Parsed;
	readonly defaultBlock?: readonly Parsed[];
	readonly assignee?: Parsed;
}

/** Throws what the parser throws, and says with it how many words it had read. */
export function parsed(words: readonly Token[]): {body: readonly Parsed[]} | {error: unknown; read: number} {
	let read = 0;
	const counted = new Proxy(words as Parameters<typeof parse>[0], {
		get(target, key) {
			if (typeof key === 'string' && /^\d+$/.test(key)) read = Math.max(read, Number(key));
			return Reflect.get(target, key);
		},
	});
	try {
		return {body: parse(words as Parameters<typeof parse>[0]).body as unknown as Parsed[]};
	} catch {
		// Once more, to see where: a list that counts is slow.
	}
	try {
		return {body: parse(counted).body as unknown as Parsed[]};
	} catch (error) {
		return {error, read};
	}
}
