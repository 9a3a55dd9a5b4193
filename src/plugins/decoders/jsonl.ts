import {jsonlDecoder} from '../../http/decode/jsonl.ts';
import {defineDecoder} from '../decoder.ts';

export const jsonl = defineDecoder({
	type: 'jsonl',
	summary: 'JSON Lines: a record in each line.',
	fields: {},
	make: () => jsonlDecoder,
});
