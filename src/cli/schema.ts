import {logger} from './io.ts';
import {configOptions, verb} from './verb.ts';

export const schema = verb({
	name: 'schema',
	command: 'schema <what>',
	describe: 'Print a schema: of the config (for editors), of a resource, or of the records on stdin (-)',
	options: parser =>
		configOptions(
			parser
				.positional('what', {type: 'string', demandOption: true, describe: '"config", a resource, or -'})
				.option('limit', {type: 'number', default: 1000, requiresArg: true, describe: 'Look at so many rows of a resource'}),
		)
			.example('$0 schema config > sluice.schema.json', '')
			.example('$0 schema contacts > contacts.schema.json', ''),
	async handler({what, limit, ...args}, signal) {
		if (what === 'config') {
			const {configJsonSchema} = await import('../config/json-schema.ts');
			process.stdout.write(`${JSON.stringify(configJsonSchema(), null, '\t')}\n`);
			return;
		}
		const [{pipeline}, {sink}, {schemaToJson}, {normalize}] = await Promise.all([
			import('../core/pipeline.ts'),
			import('../core/stage.ts'),
			import('../core/schema-file.ts'),
			import('../../transforms/normalize.ts'),
		]);
		let last: Parameters<typeof schemaToJson>[0] = {columns: []};
		const collect = sink({
			name: 'schema',
			write(page) {
				last = page.schema ?? last;
			},
			async close() {},
		});
		if (what === '-') {
			const {pagesFrom} = await import('./input.ts');
			await pipeline(pagesFrom(process.stdin), normalize(), collect, {signal});
		} else {
			const {openProject, pick, connect} = await import('./project.ts');
			const project = await openProject(args);
			const [chosen] = pick(project, [what]);
			if (!chosen) return;
			const connection = connect(project, logger(args));
			try {
				const {source, stages} = connection.extraction(chosen, {signal, limit: {records: limit}});
				await pipeline(source, ...stages, collect, {signal});
			} finally {
				await connection.close();
			}
		}
		process.stdout.write(`${JSON.stringify(schemaToJson(last), null, '\t')}\n`);
	},
});
