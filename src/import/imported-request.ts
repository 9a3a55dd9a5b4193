/**
 * One request as another tool describes it: what each source of imports makes, and what a config is made of. Its
 * texts are those of a config: `${NAME}` is a variable of the environment, and `$${` a literal `${`.
 */
export type Pair = readonly [name: string, value: string];

export interface ImportedRequest {
	/** Absolute, with its query, without credentials. */
	readonly url: string;
	/** @default POST with a body, else GET */
	readonly method?: string;
	/** Beside those in the URL. */
	readonly params?: readonly Pair[];
	readonly headers?: readonly Pair[];
	/** `client.auth`. */
	readonly auth?: {readonly type: string; readonly [key: string]: string};
	readonly body?: ImportedBody;
	/** What was left out or changed, and what to do about it: one sentence each, without secrets. */
	readonly notes?: readonly string[];
}

export type ImportedBody =
	| {readonly json: unknown}
	/** Fields of a form, or a raw text. */
	| {readonly data: string | readonly Pair[]};

/** A text of another tool as a text of a config. */
export function literal(text: string): string {
	return text.replaceAll('${', () => '$${');
}
