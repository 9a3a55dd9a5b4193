import {logger} from '../terminal/log.ts';
import {outputOptions, verb} from '../verb.ts';

const FALLBACK = 'report.html';

export const report = verb({
	name: 'report',
	command: 'report [file]',
	describe: `Write a page about the last run: ${FALLBACK}`,
	input: 'output',
	options: parser =>
		outputOptions(
			parser.positional('file', {type: 'string', describe: `Where to [default: ${FALLBACK}]`}),
		).example('$0 report --output data last-night.html', ''),
	async handler({file = FALLBACK, ...args}) {
		const {checkReportPath, keptRecord, placeOf, writeReport} = await import('../imports/reporting.ts');
		await checkReportPath(file);
		const record = await keptRecord((await placeOf({...args, env: process.env})).local);
		await writeReport(file, record);
		logger(args).info(`${file}: about the run of ${record.startedAt}`);
	},
});
