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
		const {findDatasets, rootOf, removeGarbage, LockHeldError, runName} = await import('../keeping.ts');
		const log = logger(args);
		const root = await rootOf({...args, env: process.env});
		const found = await findDatasets(root);
		if (found.length === 0) log.info(`${root}: no datasets`);
		const writer = runName(new Date());
		for (const {layout} of found) {
			signal.throwIfAborted();
			const {name} = layout;
			try {
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
