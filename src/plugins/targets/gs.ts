import {url} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const gs = defineTarget({
	type: 'gs',
	summary: 'Files in a bucket of Google Cloud Storage, committed with their place: gs://bucket/prefix.',
	schemes: ['gs'],
	takes: 'any',
	fields: {
		endpoint: url({
			optional: true,
			doc: 'Address of a server other than that of Google; it gets no credentials.',
		}),
	},
	async make(options) {
		const {storeParts} = await import('../../../sinks/targets/store/store-parts.ts');
		const {gcsStore} = await import('../../../sinks/targets/store/gcs.ts');
		return storeParts({store: ({url}) => gcsStore(url, options)});
	},
});
