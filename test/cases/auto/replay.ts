/** Reads one shape with nothing but its address, and says whether it came whole, or failed with what to write. */
import {readConfig} from '../../helpers/read-config.ts';
import {TOTAL} from './shapes.ts';

export type Verdict =
	| {readonly kind: 'complete'}
	/** The message holds a paginator to paste. */
	| {readonly kind: 'advised'; readonly message: string}
	| {readonly kind: 'wrong'; readonly message: string};

export async function replayShape(baseUrl: string, name: string): Promise<Verdict> {
	try {
		const {[name]: rows = []} = await readConfig({client: {base_url: baseUrl}, resources: [name]});
		const distinct = new Set(rows.map(row => idOf(row))).size;
		if (rows.length === TOTAL && distinct === TOTAL) return {kind: 'complete'};
		return {kind: 'wrong', message: `${rows.length} rows, ${distinct} of them distinct, and no error`};
	} catch (error) {
		const {message} = error as Error;
		return {kind: /paginator: (\{type: )?\w+/.test(message) ? 'advised' : 'wrong', message};
	}
}

// Relay has each record in a node.
function idOf(row: Readonly<Record<string, unknown>>): unknown {
	return row.id ?? (row.node as {id?: unknown} | undefined)?.id;
}
