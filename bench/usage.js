/** Loaded into a measured process (`node --import`): at its end it reports what it used, on the file descriptor it was given. */
import {writeSync} from 'node:fs';

const descriptor = Number(process.env.BENCH_USAGE_FD);
// Processes that the measured one starts do not have the descriptor.
delete process.env.BENCH_USAGE_FD;

process.on('exit', () => writeSync(descriptor, JSON.stringify(process.resourceUsage())));
