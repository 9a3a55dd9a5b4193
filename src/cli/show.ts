import {configOptions, verb} from './verb.ts';

export const show = verb({
	name: 'show',
	command: 'show [resource]',
	describe: 'Print the resolved config as YAML, defaults merged, secrets as ***',
	options: parser => configOptions(parser.positional('resource', {type: 'string', describe: 'Only this one'})),
	async handler({resource, ...args}) {
		const [{openProject, pick}, {stringify}, {resolvedConfig}] = await Promise.all([
			import('./project.ts'),
			import('yaml'),
			import('../config/resolve.ts'),
		]);
		const project = await openProject(args);
		const resolved = resolvedConfig(project.masked);
		const chosen = resource === undefined ? undefined : pick(project, [resource])[0]?.name;
		const shown =
			chosen === undefined ? resolved : {...resolved, resources: resolved.resources.filter(({name}) => name === chosen)};
		process.stdout.write(stringify(shown));
	},
});
