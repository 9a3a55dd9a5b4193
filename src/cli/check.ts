import {logger} from './io.ts';
import {configOptions, verb} from './verb.ts';

export const check = verb({
	name: 'check',
	command: 'check',
	describe: 'Check the config without a request: every problem at once',
	options: parser => configOptions(parser),
	async handler(args) {
		const {openProject, connect} = await import('./project.ts');
		const log = logger(args);
		const project = await openProject(args);
		const connection = connect(project, log);
		try {
			// Building the stages finds what only they can: an option out of range, a path without its parameter.
			for (const resource of project.resources) connection.extraction(resource, {}).source.destroy();
		} finally {
			await connection.close();
		}
		log.info(
			`${project.path}: ok, ${project.resources.length} resources: ${project.resources.map(resource => resource.name).join(', ')}`,
		);
	},
});
