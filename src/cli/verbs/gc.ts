import {StateError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import {exitCodes} from '../terminal/exit-codes.ts';
import {bytes} from '../terminal/format.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {outputOptions, verb} from '../verb.ts';

export const gc = verb({
	name: 'gc',
	command: 'gc',
	describe: 'Remove what no dataset needs: of processes that died, of old commits',
	input: 'output',
	options: parser => outputOptions(parser).example('$0 gc --output data', ''),
	async handler(args, signal) {
		const {findDatasets, placeOf, removeGarbage, LockHeldError, runName} = await import(
			'../imports/keeping.ts'
		);
		const log = logger(args);
		const place = await placeOf({...args, env: process.env});
		const found = await findDatasets(place);
		if (found.length === 0) log.info(`${place.path}: no datasets`);
		const writer = runName(new Date());
		for (const {name, layout, open} of found) {
			signal.throwIfAborted();
			try {
				if (!layout) {
					// Opening it removes what dead processes left in the spool; its tables have nothing else.
					await (await open(writer)).close();
					await print(`${name}: nothing to remove but files of dead processes on this machine; removed\n`);
					continue;
				}
				const {files, bytes: size, keptUntil} = await removeGarbage(layout, writer);
				const what = [...files].map(([kind, number]) => `${plural(number, 'file')} ${kind}`);
				const done =
					what.length > 0 ? `removed ${what.join(', ')}; ${bytes(size)} freed` : 'nothing to remove';
				const kept = keptUntil === undefined ? '' : `; files that readers saw before stay until ${keptUntil}`;
				await print(`${name}: ${done}${kept}\n`);
			} catch (error) {
				if (error instanceof LockHeldError) {
					await print(`${name}: is being written; left alone\n`);
					continue;
				}
				if (!(error instanceof StateError)) throw error;
				log.error(error);
				process.exitCode = exitCodes.failed;
			}
		}
	},
});
