/** Imports decoders as the `format` of an endpoint. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {LeftOut} from './outcome.ts';

/** `format` and `encoding`; an empty object for JSON. */
export function decoderOf(decoder: unknown): PlainObject {
	if (!isPlainObject(decoder)) return {};
	switch (decoder.type) {
		case 'JsonDecoder':
		case 'JsonItemsDecoder':
			return {};
		case 'JsonlDecoder':
			return {format: 'jsonl'};
		case 'XmlDecoder':
			return {format: 'xml'};
		case 'CsvDecoder': {
			const delimiter = decoder.delimiter === undefined ? undefined : String(decoder.delimiter);
			return {
				format:
					delimiter === undefined || delimiter === ','
						? 'csv'
						: {type: 'csv', delimiter: delimiter.replace('\\t', '\t')},
				...(decoder.encoding !== undefined && {encoding: decoder.encoding}),
			};
		}
		case 'GzipDecoder':
			return decoderOf(decoder.decoder);
		default:
			throw new LeftOut(
				decoder.class_name === undefined ? `decoder: ${String(decoder.type)}` : 'Python: decoder',
				String(decoder.class_name ?? ''),
			);
	}
}

export function isCsv({format}: PlainObject): boolean {
	return (isPlainObject(format) ? format.type : format) === 'csv';
}
