/** What all stores have in common that are servers: addresses, second attempts, and messages. */
import {setTimeout as pause} from 'node:timers/promises';
import {ConfigError, StateError} from '../../../src/core/errors.ts';
import {messageOf} from '../../../src/core/stage.ts';

/** How often a request is sent before the run fails. */
export const MOST_ATTEMPTS = 5;

export interface Bucket {
	readonly name: string;
	/** Empty, or with a slash at its end. */
	readonly prefix: string;
	/** For messages: `s3://bucket/raw`. */
	readonly location: string;
}

/** The bucket in an address: `s3://bucket/prefix`. */
export function bucketOf(url: string): Bucket {
	const [, scheme = '', name, path = ''] = /^([a-z][a-z\d]*):\/\/([^/]+)(?:\/(.*))?$/is.exec(url) ?? [];
	if (name === undefined) {
		const word = url.slice(0, url.indexOf(':'));
		throw new ConfigError(`output ${JSON.stringify(url)}: names no bucket; write ${word}://bucket/prefix`);
	}
	const prefix = path.replace(/\/+$/, '');
	return {
		name,
		prefix: prefix === '' ? '' : `${prefix}/`,
		location: `${scheme.toLowerCase()}://${name}/${prefix}`.replace(/\/$/, ''),
	};
}

/**
 * Imports the SDK of a store. Throws `ConfigError` where it is not installed. The name is a value, so that the
 * bundler of a program does not look for packages that it does not need.
 */
export async function sdkOf<Sdk>(name: string, url: string): Promise<Sdk> {
	try {
		return await import(name);
	} catch (error) {
		throw new ConfigError(`${url}: needs a package: npm install ${name} (${messageOf(error)})`);
	}
}

/** Does the work again where a server or the network fails for a moment. `statusOf`: the HTTP status of an error. */
export async function retried<T>(
	work: () => Promise<T>,
	statusOf: (error: unknown) => number | undefined,
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			const status = statusOf(error);
			const isPassing =
				status === undefined ? isOfNetwork(error) : status >= 500 || status === 429 || status === 408;
			if (!isPassing || attempt === MOST_ATTEMPTS) throw error;
			await pause(100 * 2 ** attempt);
		}
	}
}

function isOfNetwork(error: unknown): boolean {
	const {code, name} = error as NodeJS.ErrnoException;
	const codes = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'];
	return codes.includes(code ?? '') || name === 'TimeoutError';
}

/** The message about a range of an object that the server did not send whole. */
export function cutShort(object: string, bytes: number, wanted: number): string {
	return `${object}: the server sent ${bytes} bytes for a range of ${wanted}`;
}

export interface Failure {
	readonly location: string;
	readonly key: string;
	readonly error: unknown;
	readonly status: number | undefined;
	/** What to do, where it is known. */
	readonly advice: string | undefined;
}

/** The failure of a request as users see it. */
export function explained({location, key, error, status, advice}: Failure): StateError {
	if (error instanceof StateError) return error;
	const {name, message} = error as Error;
	const what = status === undefined ? `${name}: ${message}` : `${status} ${name}: ${message}`;
	const text = what
		.trim()
		.replace(/\s*\n[\s\S]*/, '')
		.replace(/\.$/, '');
	const next = advice ?? 'What was committed stays; run it again to go on from there';
	return new StateError(`${location}/${key}: ${text}. ${next}`, {cause: error});
}
