/** The failures of answers with a status of success that are no pages. */
import type {JsonValue} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import {excerpt, Failure} from '../../../http/failure.ts';
import {quoteValue} from '../../completeness/error-signs.ts';

/** The answer has no rows, as the server is not done yet. */
export function waiting(status: number, body: JsonValue): Failure {
	return new Failure(`answered ${status}, and has no rows yet`, {
		code: 'ERR_ANSWER',
		retryable: true,
		status,
		detail: excerpt(quoteValue(body), 200),
		advice: 'Wait longer with client.retry (max_retries, delay), or say what is ready with ready_path',
	});
}

/** The value that the author requires is missing. */
export function notReady(status: number, body: JsonValue, path: string): Failure {
	return new Failure(
		`answered ${status}, and is not ready: ready_path ${JSON.stringify(path)} leads to nothing yet`,
		{
			code: 'ERR_ANSWER',
			retryable: true,
			isPending: true,
			status,
			detail: excerpt(quoteValue(body), 200),
		},
	);
}

/** An error inside an answer with a status of success; `isFinal`: the same request would get it again. */
export function inside(status: number, text: string, advice: string, isFinal: boolean): Failure {
	return new Failure(`answered ${status} with an error in the body`, {
		code: 'ERR_ANSWER',
		retryable: !isFinal,
		status,
		detail: excerpt(text, 300),
		...(advice && {advice}),
	});
}

/** The value in place of a list, in words. */
export function describe(body: JsonValue): string {
	return isObject(body)
		? `something else (the body has ${Object.keys(body).slice(0, 8).join(', ')})`
		: 'something else';
}
