import {ConfigError} from '../../core/errors.ts';
import {boolean, text, url} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const delta = defineTarget({
	type: 'delta',
	summary: 'Delta tables in a folder or a bucket: delta:lake, delta:s3://bucket/prefix.',
	schemes: ['delta'],
	isPath: true,
	takes: 'parquet',
	fields: {
		endpoint: url({optional: true, doc: 'Of a bucket: address of a server other than that of Amazon.'}),
		region: text({optional: true, doc: 'Of a bucket. Default: that of the SDK.'}),
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
			async store(url) {
				const place = url.replace(/^delta:/i, '');
				const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(place) ?? [];
				if (scheme === undefined) return folderStore(place);
				if (scheme.toLowerCase() !== 's3')
					throw new ConfigError(
						`output ${place}: Delta tables go to a folder or to s3://, not to ${scheme}:. Write to a folder, and copy it from there`,
					);
				const {s3Store} = await import('../../../sinks/targets/store/s3.ts');
				return s3Store(place, options);
			},
		});
	},
});
