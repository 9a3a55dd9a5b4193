/** What an answer with a status of success is called that is no page. */
import type {JsonValue} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import {excerpt, Failure} from '../../../http/failure.ts';
import {quoted} from '../../completeness/error-signs.ts';

/** Without rows there is nothing to read yet. */
export function waiting(status: number, body: JsonValue): Failure {
	return new Failure(`answered ${status}, and has no rows yet`, {
		code: 'ERR_ANSWER',
		retryable: true,
		status,
		detail: excerpt(quoted(body), 200),
		advice: 'Wait longer with client.retry (max_retries, delay), or say what is ready with ready_path',
	});
}

/** What the author has named is not there yet. */
export function notReady(status: number, body: JsonValue, path: string): Failure {
	return new Failure(
		`answered ${status}, and is not ready: ready_path ${JSON.stringify(path)} leads to nothing yet`,
		{
			code: 'ERR_ANSWER',
			retryable: true,
			isPending: true,
			status,
			detail: excerpt(quoted(body), 200),
		},
	);
}

/** An error that came with a status of success; `isFinal`: the same request would get it again. */
export function inside(status: number, text: string, advice: string, isFinal: boolean): Failure {
	return new Failure(`answered ${status} with an error in the body`, {
		code: 'ERR_ANSWER',
		retryable: !isFinal,
		status,
		detail: excerpt(text, 300),
		...(advice && {advice}),
	});
}

/** What stands in place of a list, in words. */
export function describe(body: JsonValue): string {
	return isObject(body)
		? `something else (the body has ${Object.keys(body).slice(0, 8).join(', ')})`
		: 'something else';
}
