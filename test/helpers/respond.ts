/** Writes one scripted answer, including the ways in which real servers fail to. */
import type {ServerResponse} from 'node:http';
import {setTimeout as pause} from 'node:timers/promises';
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib';
import {type JsonValue, stringify} from '../../src/core/json/json.ts';

/** At most one of `json`, `text`, `base64` and `chunks` makes the body; without any it is empty. */
export interface Answer {
	/** @default 200 */
	readonly status?: number;
	/** A list sends the header several times. */
	readonly headers?: Readonly<Record<string, string | readonly string[]>>;
	/** Bigints and decimals are written digit for digit. */
	readonly json?: unknown;
	readonly text?: string;
	/** Bytes that are no text; `{{BASE}}` is not replaced in them. */
	readonly base64?: string;
	/** Texts written one by one, each flushed; a number is a pause in milliseconds. */
	readonly chunks?: readonly (string | number)[];
	/** Milliseconds before anything is sent. */
	readonly delay_ms?: number;
	/** Drops the connection instead of answering. */
	readonly close?: boolean;
	/** Drops the connection after the head and this many bytes of the body. */
	readonly reset_after?: number;
	/** Sends the head and what body there is, then nothing more: the answer never ends. */
	readonly stall?: boolean;
	/** Compresses the body, which then goes out in one piece. */
	readonly gzip?: boolean;
	readonly br?: boolean;
	/** With the zlib header, as RFC 9110 has it. */
	readonly deflate?: boolean;
}

export interface Surroundings {
	/** Replaces `{{BASE}}` in header values and in the body. */
	readonly base: string;
	/** Ends every pause. */
	readonly signal: AbortSignal;
}

type Piece = Buffer | number;

export async function respond(
	response: ServerResponse,
	answer: Answer,
	{base, signal}: Surroundings,
): Promise<void> {
	if (answer.delay_ms) await pause(answer.delay_ms, undefined, {signal});
	if (answer.close) {
		response.destroy();
		return;
	}
	const pieces = compressed(piecesOf(answer, base), answer);
	response.writeHead(answer.status ?? 200, headersOf(answer, pieces, base));
	response.flushHeaders();
	let left = answer.reset_after ?? Infinity;
	for (const piece of pieces) {
		if (typeof piece === 'number') {
			await pause(piece, undefined, {signal});
			continue;
		}
		const part = piece.subarray(0, left);
		left -= part.length;
		if (part.length > 0) await written(response, part);
		if (left === 0) break;
	}
	if (answer.reset_after !== undefined) response.socket?.destroySoon();
	else if (!answer.stall) response.end();
}

function piecesOf({json, text, base64, chunks}: Answer, base: string): Piece[] {
	const bytes = (template: string): Buffer => Buffer.from(template.replaceAll('{{BASE}}', base));
	if (chunks) return chunks.map(chunk => (typeof chunk === 'number' ? chunk : bytes(chunk)));
	if (base64 !== undefined) return [Buffer.from(base64, 'base64')];
	if (text !== undefined) return [bytes(text)];
	return json === undefined ? [] : [bytes(stringify(json as JsonValue))];
}

function compressed(pieces: Piece[], answer: Answer): Piece[] {
	const compress = answer.gzip
		? gzipSync
		: answer.br
			? brotliCompressSync
			: answer.deflate
				? deflateSync
				: undefined;
	return compress ? [compress(Buffer.concat(pieces.filter(piece => typeof piece !== 'number')))] : pieces;
}

function headersOf(
	answer: Answer,
	pieces: readonly Piece[],
	base: string,
): Record<string, string | string[]> {
	const headers: Record<string, string | string[]> = {
		'content-type': answer.text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
	};
	const encoding = (['gzip', 'br', 'deflate'] as const).find(name => answer[name]);
	if (encoding) headers['content-encoding'] = encoding;
	const [only, ...others] = pieces;
	// Without a length the body is chunked: the only honest head for one that comes in pieces or never ends.
	if (typeof only === 'object' && others.length === 0 && !answer.stall)
		headers['content-length'] = String(only.length);
	for (const [name, value] of Object.entries(answer.headers ?? {})) {
		const values = [value].flat().map(each => each.replaceAll('{{BASE}}', base));
		headers[name.toLowerCase()] = typeof value === 'string' ? values.join() : values;
	}
	return headers;
}

// Resolves when the bytes are with the kernel, also when the client has gone: it is not the script's fault.
function written(response: ServerResponse, bytes: Buffer): Promise<void> {
	return new Promise(resolve => {
		response.write(bytes, () => resolve());
	});
}
