/** The messages of a Singer tap: one JSON object a line. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {DecodeError} from '../../core/errors.ts';
import {type JsonValue, parse} from '../../core/json/json.ts';
import type {JsonRecord} from '../../core/page.ts';
import {isObject} from '../../core/path/path.ts';
import {messageOf} from '../../core/stage.ts';

export type SingerMessage =
	| {
			readonly type: 'SCHEMA';
			readonly stream: string;
			readonly schema: PlainObject;
			readonly key: readonly string[];
	  }
	| {
			readonly type: 'RECORD';
			readonly stream: string;
			readonly record: JsonRecord;
			readonly version: JsonValue | undefined;
	  }
	| {readonly type: 'STATE'; readonly value: JsonValue}
	| {readonly type: 'ACTIVATE_VERSION'; readonly stream: string; readonly version: JsonValue};

const MOST_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/** The messages of a byte stream, in their order. Throws a `DecodeError` that names the line. */
export async function* singerMessages(input: AsyncIterable<Buffer>): AsyncGenerator<SingerMessage> {
	let rest: Buffer[] = [];
	let size = 0;
	let number = 0;
	for await (const chunk of input) {
		let from = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
			const line = Buffer.concat([...rest, chunk.subarray(from, end)]);
			rest = [];
			size = 0;
			from = end + 1;
			number++;
			const message = messageIn(line.toString('utf8'), number);
			if (message) yield message;
		}
		const left = chunk.subarray(from);
		size += left.length;
		if (size > MOST_BYTES)
			throw new DecodeError(`line ${number + 1} of the tap has more than ${MOST_BYTES} bytes`);
		if (left.length > 0) rest.push(left);
	}
	const message = messageIn(Buffer.concat(rest).toString('utf8'), number + 1);
	if (message) yield message;
}

function messageIn(line: string, number: number): SingerMessage | undefined {
	if (line.trim() === '') return undefined;
	let value: JsonValue;
	try {
		value = parse(line);
	} catch (error) {
		throw new DecodeError(`line ${number} of the tap is no JSON: ${messageOf(error)}`, {cause: error});
	}
	if (!isObject(value) || typeof value.type !== 'string')
		throw new DecodeError(`line ${number} of the tap is no message of Singer: it has no type`);
	const {type, stream} = value;
	if (type === 'STATE') return {type, value: value.value ?? null};
	if (typeof stream !== 'string' || stream === '')
		throw new DecodeError(`line ${number} of the tap, a message ${type}, names no stream`);
	switch (type) {
		case 'SCHEMA': {
			const {schema, key_properties: key} = value;
			if (!isPlainObject(schema)) throw new DecodeError(`line ${number} of the tap: SCHEMA without a schema`);
			const names = Array.isArray(key) ? key.filter(each => typeof each === 'string') : [];
			return {type, stream, schema, key: names};
		}
		case 'RECORD':
			if (!isObject(value.record))
				throw new DecodeError(`line ${number} of the tap: RECORD without a record`);
			return {type, stream, record: value.record as JsonRecord, version: value.version};
		case 'ACTIVATE_VERSION':
			return {type, stream, version: value.version ?? null};
		default:
			throw new DecodeError(
				`line ${number} of the tap is a message ${type}, which is not known: SCHEMA, RECORD, STATE and ` +
					'ACTIVATE_VERSION are',
			);
	}
}
