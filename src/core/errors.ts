/** Every error a user can meet. Messages say who, what, where, and what to do; no secret gets into one. */
import {scrub} from './secret.ts';

export abstract class SluiceError extends Error {
	/** Stable, for programs. */
	abstract readonly code: string;

	constructor(message: string, options?: ErrorOptions) {
		super(scrub(message), options);
		this.name = new.target.name;
	}

	toJSON(): {name: string; code: string; message: string} {
		return {name: this.name, code: this.code, message: this.message};
	}
}

/** One mistake in a config file. */
export interface ConfigIssue {
	/** `resources[1].endpoint.paginator.limit` */
	readonly path: string;
	readonly message: string;
	/** From 1; absent when the config did not come from a text. */
	readonly line?: number;
	readonly column?: number;
}

/** The config, an option or a command line is wrong. Carries every problem at once. */
export class ConfigError extends SluiceError {
	readonly code = 'ERR_CONFIG';
	readonly issues: readonly ConfigIssue[];

	constructor(issues: readonly ConfigIssue[] | string, source?: string) {
		const list = typeof issues === 'string' ? [{path: '', message: issues}] : issues;
		super(list.map(issue => describeIssue(issue, source)).join('\n'));
		this.issues = list;
	}
}

function describeIssue({path, message, line, column}: ConfigIssue, source: string | undefined): string {
	const place = line === undefined ? source : `${source ?? 'config'}:${line}:${column ?? 1}`;
	return [place, path, message].filter(Boolean).join(': ');
}

const MOST_BODY_CHARACTERS = 1000;

/** A request that failed for good: refused, unreachable, timed out, or answered with an error status. */
export class RequestError extends SluiceError {
	/** `ERR_ANSWER`: the status is one of success, but the body says that it failed, or is not there yet. */
	readonly code:
		| 'ERR_HTTP_STATUS'
		| 'ERR_ANSWER'
		| 'ERR_NETWORK'
		| 'ERR_TIMEOUT'
		| 'ERR_AUTH'
		| 'ERR_MAX_REQUESTS'
		| 'ERR_NOT_RECORDED';
	readonly status: number | undefined;
	readonly method: string;
	/** Without secrets. */
	readonly url: string;
	readonly attempts: number;
	/**
	 * The beginning of the answer's body, at most a thousand characters, without secrets; absent where no error
	 * status came.
	 */
	readonly body: string | undefined;
	/** A rule of the user made this answer a failure, so nothing may take it for the end of something. */
	readonly isRuled: boolean;
	/** A 403 that says it is a rate limit, and so nothing about rights. */
	readonly isRateLimit: boolean;
	/** The server could not give so much at once: asking for less may help. */
	readonly isTooMuch: boolean;

	constructor(
		message: string,
		details: {
			code: RequestError['code'];
			method: string;
			url: string;
			attempts: number;
			status?: number | undefined;
			body?: string | undefined;
			isRuled?: boolean | undefined;
			isRateLimit?: boolean | undefined;
			isTooMuch?: boolean;
			cause?: unknown;
		},
	) {
		super(message, {cause: details.cause});
		this.code = details.code;
		this.status = details.status;
		this.method = details.method;
		this.url = scrub(details.url);
		this.attempts = details.attempts;
		this.body = details.body === undefined ? undefined : scrub(details.body).slice(0, MOST_BODY_CHARACTERS);
		this.isRuled = details.isRuled ?? false;
		this.isRateLimit = details.isRateLimit ?? false;
		this.isTooMuch = details.isTooMuch ?? false;
	}
}

/** A body that is not what it should be: broken JSON, HTML with status 200, a wrong encoding. */
export class DecodeError extends SluiceError {
	readonly code = 'ERR_DECODE';
}

/** A selector that cannot be read, or finds nothing. */
export class SelectorError extends SluiceError {
	readonly code = 'ERR_SELECTOR';
}

/** Paging that cannot go on: a repeated page, a total that is no number, a missing promise. */
export class PaginationError extends SluiceError {
	readonly code = 'ERR_PAGINATION';
}

/** A row broke the schema under the contract `freeze`. */
export class SchemaError extends SluiceError {
	readonly code = 'ERR_CONTRACT';
	readonly column: string | undefined;

	constructor(message: string, column?: string) {
		super(message);
		this.column = column;
	}
}

/** The destination refused: a full disk, no permission, a value that the format cannot hold. */
export class SinkError extends SluiceError {
	readonly code = 'ERR_SINK';
}

/** Whoever read our output has gone (`| head`): `pipeline()` stops fetching and counts it as success. */
export class OutputClosedError extends SluiceError {
	readonly code = 'ERR_OUTPUT_CLOSED';
}

/** A function of the user's threw inside a stage; `cause` is what it threw. */
export class StageError extends SluiceError {
	readonly code = 'ERR_STAGE';
}

/** Stored state that cannot be read or is not ours. */
export class StateError extends SluiceError {
	readonly code = 'ERR_STATE';
}
