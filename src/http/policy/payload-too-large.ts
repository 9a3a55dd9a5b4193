/** Whether a server failed because one request asked for too much, so that asking for less may help. */
import type {Failure} from '../failure.ts';

// 524 is the gateway timeout of Cloudflare.
const gatewayTimeouts = [504, 524];
const complaint =
	/too[\s_-]*(large|big)|\b(response|payload|body|message|result)\b.{0,40}\bexceed|result[\s_-]window|too many (rows|records|results|items)\b/is;

/** Whether the server reports this itself, so that it would refuse the same request again. */
export function saysTooMuch({details: {status = 0, text = '', isRuled}}: Failure): boolean {
	if (isRuled) return false;
	return status === 413 || ((status === 400 || status >= 500) && complaint.test(text));
}

/**
 * Whether the server reports it, or ran out of time. A connection that was never established is no sign of
 * it.
 */
export function isTooMuch(failure: Failure): boolean {
	const {code, status = 0, isRuled, cause} = failure.details;
	if (isRuled) return false;
	const isConnected = (cause as {code?: unknown} | undefined)?.code !== 'UND_ERR_CONNECT_TIMEOUT';
	return saysTooMuch(failure) || gatewayTimeouts.includes(status) || (code === 'ERR_TIMEOUT' && isConnected);
}
