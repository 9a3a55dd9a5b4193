import {ConfigError} from '../../core/errors.ts';
import {boolean, text, url} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const delta = defineTarget({
	type: 'delta',
	summary: 'Delta tables in a folder or a bucket: delta:lake, delta:s3://bucket/prefix, gs:// or az://.',
	schemes: ['delta'],
	isPath: true,
	takes: 'parquet',
	fields: {
		endpoint: url({optional: true, doc: 'Of a bucket: address of a server other than the usual one.'}),
		region: text({optional: true, doc: 'Of a bucket of S3. Default: that of the SDK.'}),
		account: text({optional: true, doc: 'Of az://: the storage account. Default: AZURE_STORAGE_ACCOUNT.'}),
		forcePathStyle: boolean({
			optional: true,
			doc: 'The bucket is the first step of the path, not a part of the host. Default: true with an endpoint.',
		}),
	},
	async make(options) {
		const {storeParts} = await import('../../../sinks/targets/store/store-parts.ts');
		const {deltaLog} = await import('../../../sinks/targets/delta/delta-log.ts');
		const {deltaFormat} = await import('../../../sinks/targets/delta/format.ts');
		const {folderStore} = await import('../../../sinks/targets/store/folder.ts');
		return storeParts({
			tables: deltaLog,
			format: deltaFormat,
			async store({url, env}) {
				const place = url.replace(/^delta:/i, '');
				const [, scheme = ''] = /^([a-z][a-z\d+.-]*):\/\//i.exec(place) ?? [];
				switch (scheme.toLowerCase()) {
					case '':
						return folderStore(place);
					case 's3': {
						const {s3Store} = await import('../../../sinks/targets/store/s3.ts');
						return s3Store(place, options);
					}
					case 'gs': {
						const {gcsStore} = await import('../../../sinks/targets/store/gcs.ts');
						return gcsStore(place, options);
					}
					case 'az': {
						const {azureStore} = await import('../../../sinks/targets/store/azure.ts');
						return azureStore(place, {...options, env});
					}
					default:
						throw new ConfigError(
							`output ${place}: Delta tables go to a folder, s3://, gs:// or az://, not to ${scheme}:. ` +
								'Write to a folder, and copy it from there',
						);
				}
			},
		});
	},
});
