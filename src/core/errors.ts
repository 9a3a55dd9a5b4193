/**
 * Every error that a user can meet. Messages say which resource or file, what, where, and what to do; they
 * never contain a secret.
 */
import {scrub} from './secret.ts';

export abstract class SluiceError extends Error {
	/** The stable code, for programs. */
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
	/** The line, from 1; absent when the config did not come from a text. */
	readonly line?: number;
	readonly column?: number;
}

/** The config, an option or a command line is wrong. Has all problems at once. */
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

/** A request that finally failed: refused, unreachable, timed out, or answered with an error status. */
export class RequestError extends SluiceError {
	/** `ERR_ANSWER`: the status is one of success, but the body reports an error, or is not ready yet. */
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
	/** The URL without secrets. */
	readonly url: string;
	readonly attempts: number;
	/**
	 * The beginning of the body of the answer, at most a thousand characters, without secrets; absent where no
	 * error status came.
	 */
	readonly body: string | undefined;
	/**
	 * A response rule of the user made this answer a failure, so it must not count as the end of a walk or a
	 * missing page.
	 */
	readonly isRuled: boolean;
	/** A 403 that reports a rate limit, and not missing rights. */
	readonly isRateLimit: boolean;
	/** The server could not give so much at once: a smaller page may help. */
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

/** A body that cannot be decoded: broken JSON, HTML with status 200, a wrong encoding. */
export class DecodeError extends SluiceError {
	readonly code = 'ERR_DECODE';
}

/** A selector that cannot be parsed, or finds nothing. */
export class SelectorError extends SluiceError {
	readonly code = 'ERR_SELECTOR';
}

/**
 * Paging that cannot go on: a repeated page, a total that is no number, rows that were promised and are
 * missing.
 */
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

/** The destination failed: a full disk, no permission, a value that the format cannot hold. */
export class SinkError extends SluiceError {
	readonly code = 'ERR_SINK';
}

/**
 * The reader of the output has closed it (`| head`): `pipeline()` stops fetching and counts it as success.
 */
export class OutputClosedError extends SluiceError {
	readonly code = 'ERR_OUTPUT_CLOSED';
}

/** A function of the user threw inside a stage; `cause` is the error. */
export class StageError extends SluiceError {
	readonly code = 'ERR_STAGE';
}

/** Stored state that cannot be read, or that Sluice did not write. */
export class StateError extends SluiceError {
	readonly code = 'ERR_STATE';
}
