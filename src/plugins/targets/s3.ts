import {boolean, text, url} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const s3 = defineTarget({
	type: 's3',
	summary: 'Files in a bucket of S3, MinIO, R2 or Ceph, committed with their place: s3://bucket/prefix.',
	schemes: ['s3'],
	takes: 'any',
	fields: {
		endpoint: url({optional: true, doc: 'Address of a server other than that of Amazon.'}),
		region: text({optional: true, doc: 'Default: that of the SDK, from AWS_REGION or the profile.'}),
		forcePathStyle: boolean({
			optional: true,
			doc: 'The bucket is the first step of the path, not a part of the host. Default: true with an endpoint.',
		}),
	},
	async make(options) {
		const {storeParts} = await import('../../../sinks/targets/store/store-parts.ts');
		const {s3Store} = await import('../../../sinks/targets/store/s3.ts');
		return storeParts({store: ({url}) => s3Store(url, options)});
	},
});
