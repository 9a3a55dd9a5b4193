/** Failures for the errors of a connection. */
import {Failure, formatMilliseconds} from '../failure.ts';
import {nameOfProxy, ProxyRefusal, ProxyTrouble, refusedByProxy, unreachableProxy} from './proxy-failure.ts';
import type {Route} from './routes.ts';
import {refusedBySocks, SocksRefusal} from './socks-failure.ts';
import type {Timeouts} from './timeouts.ts';
import {brokenHandshake, closedEarly, explainCertificate} from './tls-failure.ts';

/**
 * The failure for a response that did not arrive whole. An error of another kind, such as the reason of an
 * abort, is returned as it is.
 */
export function networkFailure(
	error: unknown,
	url: URL,
	timeouts: Required<Timeouts>,
	{
		proxy,
		isForwarded = false,
		isAnswered = true,
	}: Omit<Route, 'dispatcher'> & {readonly isAnswered?: boolean} = {},
): unknown {
	const isOfProxy = error instanceof ProxyTrouble;
	const isEarly = codeOf(error) === 'UND_ERR_SOCKET' && !isAnswered && url.protocol === 'https:';
	const place = proxy && (isOfProxy || isForwarded) ? proxy.url : url;
	if (proxy && error instanceof ProxyRefusal) return refusedByProxy(error, proxy, url);
	if (proxy && error instanceof SocksRefusal) return refusedBySocks(error, proxy, url);
	const told = isEarly
		? failed(`failed: ${cut.UND_ERR_SOCKET} (UND_ERR_SOCKET)`, error, {retryable: true, advice: closedEarly})
		: connectionFailure(isOfProxy ? error.cause : error, place, timeouts);
	if (!proxy || told === error) return told;
	if (!(told instanceof Failure)) return told;
	const advice = isOfProxy || isForwarded ? unreachableProxy(proxy) : told.details.advice;
	return new Failure(`${told.message}, by way of ${nameOfProxy(proxy)}`, {
		...told.details,
		...(advice && {advice}),
	});
}

function connectionFailure(error: unknown, url: URL, timeouts: Required<Timeouts>): unknown {
	const code = codeOf(error);
	if (code === undefined || error instanceof Failure) return error;
	const host = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
	const phase = timeoutOf(code, host, timeouts);
	if (phase) return new Failure(`timed out: ${phase}`, {code: 'ERR_TIMEOUT', retryable: true, cause: error});
	const [why, remedy] = explainCertificate(code, error) ?? [];
	if (why)
		return failed(`cannot trust the certificate of ${host}: it ${why} (${code})`, error, {
			retryable: false,
			advice: remedy,
		});
	const [how, help] = brokenHandshake(code) ?? [];
	if (how) return failed(`cannot talk to ${host}: ${how} (${code})`, error, {retryable: false, advice: help});
	if (code.startsWith('UND_ERR_INVALID') || code.startsWith('ERR_INVALID')) {
		return failed(`cannot be sent: ${(error as Error).message}`, error, {retryable: false});
	}
	if (code.startsWith('HPE_'))
		return failed(`failed: the answer is not valid HTTP (${code})`, error, {retryable: true});
	if (code === 'UND_ERR_SOCKET' && (error as Error).message === 'bad response') {
		const advice = 'It is tried again on a fresh connection; if the server always does so, tell its owner';
		return failed('failed: the server sent 100 Continue, which nobody asked for', error, {
			retryable: true,
			advice,
		});
	}
	const [words, advice] = unreachable[code] ?? [];
	// A server without TLS would not speak it the next time either.
	const retryable = words !== noTls;
	if (words)
		return failed(`cannot reach ${host}: ${words} (${code})`, error, {retryable, ...(advice && {advice})});
	return failed(`failed: ${cut[code] ?? (error as Error).message} (${code})`, error, {retryable: true});
}

function failed(
	message: string,
	cause: unknown,
	{retryable, advice}: {retryable: boolean; advice?: string | undefined},
): Failure {
	return new Failure(message, {retryable, ...(advice && {advice}), code: 'ERR_NETWORK', cause});
}

function timeoutOf(
	code: string,
	host: string,
	{connectMs, headersMs, bodyIdleMs}: Required<Timeouts>,
): string | undefined {
	if (code === 'UND_ERR_CONNECT_TIMEOUT')
		return `no connection to ${host} within ${formatMilliseconds(connectMs)} (connectMs)`;
	if (code === 'UND_ERR_HEADERS_TIMEOUT')
		return `no answer within ${formatMilliseconds(headersMs)} (headersMs)`;
	if (code === 'UND_ERR_BODY_TIMEOUT')
		return `the body stood still for ${formatMilliseconds(bodyIdleMs)} (bodyIdleMs)`;
	return undefined;
}

const noTls = 'it does not speak TLS';

const unreachable: Record<string, readonly [words: string, advice?: string]> = {
	ECONNREFUSED: ['connection refused', 'Is the server running, and is the port right?'],
	ENOTFOUND: ['no such host', 'Check the host name'],
	EAI_AGAIN: ['the name server does not answer', 'Check the network connection'],
	EHOSTUNREACH: ['no route to the host', 'Check the network connection'],
	ENETUNREACH: ['no route to the network', 'Check the network connection'],
	ETIMEDOUT: ['no answer', 'Check the host, the port and the firewall'],
	EPROTO: [noTls, 'Is it http instead of https?'],
	ERR_SSL_WRONG_VERSION_NUMBER: [noTls, 'Is it http instead of https?'],
	ERR_SSL_PACKET_LENGTH_TOO_LONG: [noTls, 'Is it http instead of https?'],
};

const cut: Record<string, string> = {
	ECONNRESET: 'the server cut the connection',
	EPIPE: 'the server closed the connection',
	UND_ERR_SOCKET: 'the server closed the connection before the answer was whole',
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body is not as long as its Content-Length says',
	UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
};

// A name with several addresses brings one error for each; the first stands for all.
function codeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	const {code, errors} = error as {code?: unknown; errors?: unknown};
	if (typeof code === 'string') return code;
	// An error of undici's parser may have no code.
	if (error.name === 'HTTPParserError') return 'HPE_INVALID';
	return Array.isArray(errors) ? codeOf(errors[0]) : undefined;
}
