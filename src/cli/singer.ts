/** `sluice write FOLDER --from singer`: the messages of a tap on stdin into datasets. */
import {ConfigError} from '../core/errors.ts';
import type {JsonValue} from '../core/json/json.ts';
import {plural} from '../core/quantity.ts';
import {type LogOptions, logger} from './terminal/log.ts';

export interface SingerArguments extends LogOptions {
	readonly format?: string | undefined;
	readonly compression?: string | undefined;
	readonly lastState?: boolean | undefined;
}

export async function writeTap(folder: string, args: SingerArguments, signal: AbortSignal): Promise<void> {
	const engine = await import('./imports/tapping.ts');
	const log = logger(args);
	// yargs passes `-` on as an empty text.
	if (folder === '' || folder === '-')
		throw new ConfigError('--from singer writes a dataset for each stream: name a folder in place of -');
	const say = (state: JsonValue): Promise<void> =>
		new Promise((resolve, reject) => {
			process.stdout.write(`${engine.stringify(state)}\n`, error => (error ? reject(error) : resolve()));
		});
	if (args.lastState) {
		const {state} = await engine.standingIn(folder);
		if (state !== null) await say(state);
		else log.info(`${folder} has no state of a tap`);
		return;
	}
	const {format = 'parquet', compression} = args;
	if (process.stdin.isTTY) log.info('reading the messages of a tap from the terminal; Ctrl-D ends it');
	const {rows} = await engine.writeSinger(process.stdin, {
		root: folder,
		format: await engine.fileFormat(format, {compression}),
		columnsOf: schema => engine.columnsOfStream(schema, false),
		onState: say,
		warn: warning => log.warning(warning),
		signal,
	});
	for (const [stream, count] of rows) log.info(`${stream}: ${plural(count, 'row')}`);
	log.event('done', {rows: Object.fromEntries(rows)});
}
