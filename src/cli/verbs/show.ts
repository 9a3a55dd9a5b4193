import {print} from '../terminal/print.ts';
import {isUrl, refuseUrlFlags, urlOptions} from '../url/flags.ts';
import {configOptions, verb} from '../verb.ts';

export const show = verb({
	name: 'show',
	command: 'show [resource]',
	describe: 'Print the resolved config as YAML, defaults merged, secrets as ***',
	input: 'config',
	options: parser =>
		urlOptions(
			configOptions(parser.positional('resource', {type: 'string', describe: 'Only this one, or a URL'})),
		).example('$0 show contacts --set client.base_url=http://localhost:8080', ''),
	async handler({resource, ...args}) {
		const {configText, openConfig, Resources, resolveResources, shownResource, yamlText} = await import(
			'../imports/reading.ts'
		);
		if (isUrl(resource)) {
			await print(await configText(resource, args));
			return;
		}
		refuseUrlFlags(args, resource);
		const config = await openConfig(args);
		const names = new Resources(config).pick(resource === undefined ? [] : [resource]).map(({name}) => name);
		const {client, output} = config.masked;
		const resources = resolveResources(config.masked)
			.filter(({name}) => names.includes(name))
			.map(shownResource);
		await print(yamlText({client, ...(output && {output}), resources}, {aliasDuplicateObjects: false}));
	},
});
