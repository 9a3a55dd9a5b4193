import {text, url} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const az = defineTarget({
	type: 'az',
	summary: 'Files in a container of Azure Blob Storage, committed with their place: az://container/prefix.',
	schemes: ['az'],
	takes: 'any',
	fields: {
		account: text({optional: true, doc: 'The storage account. Default: AZURE_STORAGE_ACCOUNT.'}),
		endpoint: url({optional: true, doc: 'Address of the account. Default: that of Azure.'}),
	},
	async make(options) {
		const {storeParts} = await import('../../../sinks/targets/store/store-parts.ts');
		const {azureStore} = await import('../../../sinks/targets/store/azure.ts');
		return storeParts({store: ({url, env}) => azureStore(url, {...options, env})});
	},
});
