import {json as decoder} from '../../http/decode/json.ts';
import {defineDecoder} from '../decoder.ts';

export const json = defineDecoder({
	type: 'json',
	summary: 'JSON: one value.',
	fields: {},
	make: () => decoder,
});
