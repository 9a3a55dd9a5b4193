/** The syntax tree of a Python file, by @lezer/python, an optional peer that only this importer loads. */
import {ConfigError} from '../../core/errors.ts';

type Parser = typeof import('@lezer/python')['parser'];
export type Node = ReturnType<Parser['parse']>['topNode'];

/** The root of the tree. Throws a `ConfigError` that names the place of a syntax error. */
export async function parsePython(text: string, from: string): Promise<Node> {
	const {parser} = await parserModule();
	const root = parser.parse(text).topNode;
	const error = errorIn(root);
	if (error !== undefined) {
		const {line, column} = placeOf(text, error);
		throw new ConfigError([{path: '', message: 'this is no Python that can be read', line, column}], from);
	}
	return root;
}

async function parserModule(): Promise<typeof import('@lezer/python')> {
	try {
		return await import('@lezer/python');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
		throw new ConfigError('import dlt needs a package that is not there: npm install @lezer/python');
	}
}

function errorIn(root: Node): number | undefined {
	const cursor = root.cursor();
	do if (cursor.type.isError) return cursor.from;
	while (cursor.next());
	return undefined;
}

/** Line and column of a place, from 1. */
export function placeOf(text: string, at: number): {readonly line: number; readonly column: number} {
	const before = text.slice(0, at).split('\n');
	return {line: before.length, column: (before.at(-1)?.length ?? 0) + 1};
}

/** The children of a node, without signs and words such as `,` and `def`. */
export function partsOf(node: Node): Node[] {
	return childrenOf(node).filter(({name}) => /^[A-Z]/.test(name) && name !== 'Comment');
}

export function childrenOf(node: Node): Node[] {
	const children: Node[] = [];
	for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
	return children;
}
