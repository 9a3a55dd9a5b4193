/** Runs the program under the rules of a shell: signals, exit codes, one line for an error. */
import {exitCodeOf, Interrupted, logger} from './io.ts';

/**
 * The first Ctrl-C (or SIGTERM) aborts the signal, and the program cleans up; the second ends it at once. The exit code is
 * set, never forced, so that what is still to be written gets out.
 */
export async function run(program: (signal: AbortSignal) => Promise<void>): Promise<void> {
	const controller = new AbortController();
	const stop = (name: 'SIGINT' | 'SIGTERM'): void => {
		const reason = new Interrupted(name);
		if (controller.signal.aborted) process.exit(reason.exitCode);
		controller.abort(reason);
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	// A reader that has gone is met at the next write; the error event itself must not end the process.
	process.stdout.on('error', () => {});
	process.stderr.on('error', () => {});
	try {
		await program(controller.signal);
	} catch (error) {
		process.exitCode = exitCodeOf(error);
		logger({
			log: process.argv.includes('--log=json') || process.argv[process.argv.indexOf('--log') + 1] === 'json' ? 'json' : 'text',
		}).error(error);
	} finally {
		process.off('SIGINT', stop);
		process.off('SIGTERM', stop);
	}
}
