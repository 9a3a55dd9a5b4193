import type {Transform, Writable} from 'node:stream';
import {pipeline, type Source} from '../../core/pipeline.ts';
import type {Schema} from '../../core/schema/schema.ts';
import {schemaToJson} from '../../core/schema/schema-file.ts';
import {sink} from '../../core/stage.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {urlOptions} from '../url/flags.ts';
import {configOptions, rows, verb, wordOrDash} from '../verb.ts';

export const schema = verb({
	name: 'schema',
	command: 'schema <what>',
	describe: 'Print a schema: of the config (for editors), a resource, or stdin (-)',
	input: 'config',
	options: parser =>
		urlOptions(
			configOptions(
				parser
					.positional('what', {...wordOrDash, describe: '"config", a resource, a URL, or -'})
					.option('limit', {...rows, default: 1000, describe: 'Look at so many rows of a resource'}),
			),
		)
			.example('$0 schema config > sluice.schema.json', '')
			.example('$0 schema contacts > contacts.schema.json', ''),
	async handler({what, limit, ...args}, signal) {
		if (what === 'config') {
			const {configJsonSchema, pluginsOfConfig} = await import('../imports/reading.ts');
			const {config, set = [], envFile} = args;
			// Without -c the schema is independent of a config, even if the folder has one.
			const plugins =
				config === undefined
					? undefined
					: await pluginsOfConfig(config, {env: process.env, set, ...(envFile !== undefined && {envFile})});
			await print(json(configJsonSchema(plugins)));
			return;
		}
		if (what === '-') {
			const {stdinPages, normalize} = await import('../imports/piping.ts');
			await print(json(schemaToJson(await lastSchema(stdinPages, [normalize()], signal))));
			return;
		}
		const {openSource, Resources, connectFor} = await import('../imports/reading.ts');
		const log = logger(args);
		const {config, name} = await openSource(what, args, log);
		const resource = new Resources(config).only(name);
		const connection = connectFor(config, log, {signal});
		try {
			const {source, stages} = connection.extraction(
				resource,
				limit === undefined ? {} : {limit: {records: limit}},
			);
			await print(json(schemaToJson(await lastSchema(() => source, stages, signal))));
		} finally {
			await connection.close();
		}
	},
});

async function lastSchema(
	source: (last: Writable) => Source,
	stages: readonly Transform[],
	signal: AbortSignal,
): Promise<Schema> {
	let last: Schema = {columns: []};
	const collect = sink({
		name: 'schema',
		write(page) {
			last = page.schema ?? last;
		},
		async close() {},
	});
	await pipeline(source(collect), ...stages, collect, {signal});
	return last;
}

function json(value: unknown): string {
	return `${JSON.stringify(value, null, '\t')}\n`;
}
