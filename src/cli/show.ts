import {configOptions, verb} from './verb.ts';

export const show = verb({
	name: 'show',
	command: 'show [resource]',
	describe: 'Print the resolved config as YAML, defaults merged, secrets as ***',
	options: parser => configOptions(parser.positional('resource', {type: 'string', describe: 'Only this one'})),
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
		process.stdout.write(stringify({client, ...(output && {output}), resources}, {aliasDuplicateObjects: false}));
	},
});
