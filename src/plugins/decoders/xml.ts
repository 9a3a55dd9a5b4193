import {xmlDecoder} from '../../http/decode/xml.ts';
import {defineDecoder} from '../decoder.ts';
import {list, text} from '../fields.ts';

export const xml = defineDecoder({
	type: 'xml',
	summary: 'XML with options.',
	fields: {
		attributePrefix: text({default: '@', doc: 'Before the names of attributes.'}),
		lists: list(text({doc: 'A name.'}), {
			default: [],
			doc: 'Names of elements that are a list also where there is one of them.',
		}),
	},
	make: xmlDecoder,
});
