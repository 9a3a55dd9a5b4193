import {autoDecoder} from '../../http/decode/auto.ts';
import {defineDecoder} from '../decoder.ts';

export const auto = defineDecoder({
	type: 'auto',
	summary: 'JSON, JSON Lines, CSV or XML, as each response says or looks.',
	fields: {},
	make: () => autoDecoder,
});
