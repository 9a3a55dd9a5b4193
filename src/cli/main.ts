#!/usr/bin/env node
/** The command line: names and options only; each verb loads what it needs when it is called. */
import {readFileSync} from 'node:fs';
import type {CommandModule} from 'yargs';
import {run as runMain} from './shell.ts';

const version: string = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;

await runMain(async signal => {
	const args = process.argv.slice(2);
	// The commonest question should not wait for an argument parser.
	if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
		process.stdout.write(`${version}\n`);
		return;
	}
	const {parse} = await import('./arguments.ts');
	await parse(args, version, signal);
});

export type {CommandModule};
