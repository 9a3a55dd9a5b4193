import {print} from './io.ts';
import {configOptions, verb} from './verb.ts';

export const show = verb({
	name: 'show',
	command: 'show [resource]',
	describe: 'Print the resolved config as YAML, defaults merged, secrets as ***',
	input: 'config',
	options: parser =>
		configOptions(parser.positional('resource', {type: 'string', describe: 'Only this one'})).example(
			'$0 show contacts --set client.base_url=http://localhost:8080',
			'',
		),
	async handler({resource, ...args}) {
		const [{openProject, pick}, {stringify}, {resolveResources}] = await Promise.all([
			import('./project.ts'),
			import('yaml'),
			import('../config/resolve.ts'),
		]);
		const project = await openProject(args);
		const names = pick(project, resource === undefined ? [] : [resource]).map(({name}) => name);
		const {client, output} = project.masked;
		const resources = resolveResources(project.masked).filter(({name}) => names.includes(name));
		await print(stringify({client, ...(output && {output}), resources}, {aliasDuplicateObjects: false}));
	},
});
