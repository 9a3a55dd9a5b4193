/**
 * One request from another tool: the result of each importer, and the source of a config. Its texts are those
 * of a config: `${NAME}` is an environment variable, and `$${` a literal `${`.
 */
export type Pair = readonly [name: string, value: string];

export interface ImportedRequest {
	/** The absolute URL with its query, without credentials. */
	readonly url: string;
	/** The method. @default POST with a body, else GET */
	readonly method?: string;
	/** Parameters besides those in the URL. */
	readonly params?: readonly Pair[];
	readonly headers?: readonly Pair[];
	/** The value of `client.auth`. */
	readonly auth?: {readonly type: string; readonly [key: string]: string};
	readonly body?: ImportedBody;
	/** Parts that were left out or changed, with advice: one sentence each, without secrets. */
	readonly notes?: readonly string[];
}

export type ImportedBody =
	| {readonly json: unknown}
	/** Fields of a form, or a raw text. */
	| {readonly data: string | readonly Pair[]};

/** A text of another tool, escaped as a text of a config. */
export function literal(text: string): string {
	return text.replaceAll('${', () => '$${');
}

/** A text in which braces are literal. `${VARIABLE}` keeps its meaning in a config. */
export function braced(text: string): string {
	return text.replace(/\$\{[^{}]*\}|[{}]/g, found => (found.length > 1 ? found : found + found));
}
