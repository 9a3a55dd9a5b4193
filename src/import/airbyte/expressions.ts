/** Writes the rest of a template as an expression of a config, in the config's own names. */
import {messageOf} from '../../core/stage.ts';
import {needsOf} from '../../template/fold/names.ts';
import {rewritten, rewrittenNode} from '../../template/fold/rewrite.ts';
import {templateText} from '../../template/fold/write.ts';
import {itemOf} from '../../template/methods/access.ts';
import type {Node} from '../../template/parse/nodes.ts';
import type {Template} from '../../template/template.ts';
import {chainOf, constantOf, onlyNode} from './nodes.ts';
import {LeftOut} from './outcome.ts';
import type {Placeholders} from './placeholders.ts';

const slices: ReadonlySet<string> = new Set(['stream_slice', 'stream_partition', 'stream_interval']);
const ofRequests = ['resources', 'partitions', 'incremental', 'page', 'offset', 'cursor'];

export interface ExpressionOptions {
	/** The words for the place of the expression: `added field`. */
	readonly what: string;
	readonly texts: Placeholders;
	/** Names that the place knows, beside those of requests. */
	readonly names: readonly string[];
	/** Names of Airbyte with another name here. */
	readonly renamed?: {readonly [name: string]: string};
	/** Whether the expression is evaluated when the request was sent: it may then use its window. */
	readonly isLater?: boolean;
	/** Changes the only value that the template prints. */
	readonly change?: (node: Node) => Node;
}

/** Throws `LeftOut` if the template reads a value that the config has not. */
export function expressionOf(
	template: Pick<Template, 'body' | 'source'>,
	options: ExpressionOptions,
): string {
	const {what, texts, names, renamed = {}, isLater = false, change} = options;
	const rewrite = (node: Node): Node | undefined => {
		const decided = decidedDefault(node);
		if (decided) return rewrittenNode(decided, rewrite);
		if (node.kind === 'name' && renamed[node.name] !== undefined)
			return {...node, name: renamed[node.name] ?? ''};
		// Names of headers are in lower case here.
		if (node.kind === 'item' && node.of.kind === 'name' && node.of.name === 'headers')
			return {...node, key: inLowerCase(node.key)};
		const token = tokenIn(node, texts);
		if (token) return token;
		const chain = ['name', 'item', 'method'].includes(node.kind) ? chainOf(node) : undefined;
		if (!chain || !slices.has(chain.root)) return undefined;
		const value = texts.value(chain, isLater);
		if (!value) throw new LeftOut(`${what}: an expression`, template.source);
		return value;
	};
	const renamedBody = rewritten(template.body, rewrite);
	const isOne = change !== undefined && onlyNode(template) !== undefined;
	const body = isOne
		? renamedBody.map(part => (part.kind === 'output' ? {...part, value: change(part.value)} : part))
		: renamedBody;
	const unknown = [...needsOf(body).names].find(name => !names.includes(name) && !ofRequests.includes(name));
	if (unknown !== undefined) throw new LeftOut(`${what}: an expression`, template.source);
	const text = written(body, what, template.source);
	if (text.includes('${'))
		throw new LeftOut(`${what}: computes with a value that only the connection has`, template.source);
	return text;
}

/** The place of the page, or on the first page a value instead: `next_page_token.next_page_token or 0`. */
function tokenIn(node: Node, texts: Placeholders): Node | undefined {
	if (node.kind === 'logic' && node.operator === 'or' && isToken(node.left)) return texts.token(node.right);
	return isToken(node) ? texts.token() : undefined;
}

function isToken(node: Node): boolean {
	if (!['name', 'item', 'method'].includes(node.kind)) return false;
	const chain = chainOf(node);
	return (
		chain?.root === 'next_page_token' &&
		(chain.keys.length === 0 || (chain.keys.length === 1 && chain.keys[0] === 'next_page_token'))
	);
}

function inLowerCase(key: Node): Node {
	return key.kind === 'constant' && typeof key.value === 'string'
		? {kind: 'constant', value: key.value.toLowerCase()}
		: key;
}

function written(body: Parameters<typeof templateText>[0], what: string, source: string): string {
	try {
		return templateText(body);
	} catch (error) {
		throw new LeftOut(`${what}: an expression`, `${source} (${messageOf(error)})`);
	}
}

/**
 * `config.get('end', today_utc())`. Folding does not decide it, even if the value is known, as its default is
 * not.
 */
function decidedDefault(node: Node): Node | undefined {
	if (node.kind !== 'method' || node.name !== 'get' || node.of.kind !== 'constant') return undefined;
	const [key, otherwise] = node.args.values;
	const name = constantOf(key);
	if (typeof name !== 'string') return undefined;
	const value = itemOf(node.of.value, name);
	return value === undefined && otherwise ? otherwise : {kind: 'constant', value};
}
