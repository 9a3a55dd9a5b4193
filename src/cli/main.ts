#!/usr/bin/env node
/** The command line: names and options only; each verb loads its modules when it is called. */
import {readFileSync} from 'node:fs';
import {exitCodes} from './terminal/exit-codes.ts';
import {print} from './terminal/print.ts';
import {runProgram} from './terminal/shell.ts';

// Its words about Node 20 would be in the output of each run; docs/targets/s3.md has them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

await runProgram(async signal => {
	const words = process.argv.slice(2);
	const version: string = JSON.parse(
		readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
	).version;
	// The most common questions should not wait for an argument parser.
	if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
		await print(`${version}\n`);
		return;
	}
	const {overviewFor} = await import('./help.ts');
	const overview = overviewFor(words);
	if (words.length === 0) {
		process.stderr.write(overview ?? '');
		process.exitCode = exitCodes.usage;
		return;
	}
	if (overview !== undefined) {
		await print(overview);
		return;
	}
	const {runArguments: parse} = await import('./arguments.ts');
	await parse(words[0] === 'help' ? [...words.slice(1), '--help'] : words, version, signal);
});
