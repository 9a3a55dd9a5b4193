import type {ResolvedResource} from '../../config/compile/resolve.ts';
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
		const [{configText, openConfig, Resources, resolveResources}, {stringify}] = await Promise.all([
			import('../reading.ts'),
			import('yaml'),
		]);
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
			.map(shown);
		await print(stringify({client, ...(output && {output}), resources}, {aliasDuplicateObjects: false}));
	},
});

// In the words of a config; of what a request refers to, only the placeholders.
function shown({relation, ...resource}: ResolvedResource): object {
	if (!relation) return resource;
	const {references, include, partitions, batch, distinct, onMissing} = relation;
	return {
		...resource,
		placeholders: [...references.keys()],
		include_from_parent: include,
		partitions,
		...(batch && {batch}),
		distinct,
		on_missing: onMissing,
	};
}
