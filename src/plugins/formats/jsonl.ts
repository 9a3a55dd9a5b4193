import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {defineFormat} from '../format.ts';

export const jsonl = defineFormat({
	type: 'jsonl',
	summary: 'JSON Lines: one record a line, as the API wrote it where nothing changes it.',
	endings: ['jsonl', 'ndjson'],
	needs: 'text',
	fields: {},
	make: () => jsonlFormat,
});
