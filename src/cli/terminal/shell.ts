/** Runs the program under the rules of a shell: signals, exit codes, one line for an error. */
import {OutputClosedError} from '../../core/errors.ts';
import {exitCodeOf, Interrupted} from './exit-codes.ts';
import {logger} from './log.ts';

/**
 * The first Ctrl-C (or SIGTERM, or SIGHUP) aborts the signal, and the program cleans up; the second ends it
 * at once. The exit code is set, never forced, so that what is still to be written gets out.
 */
export async function runProgram(program: (signal: AbortSignal) => Promise<void>): Promise<void> {
	const controller = new AbortController();
	const release = (): void => {
		process.off('SIGINT', stop);
		process.off('SIGTERM', stop);
		process.off('SIGHUP', stop);
	};
	const stop = (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
		if (controller.signal.aborted) {
			// By the signal itself: `process.exit` waits for a thread that a pipe without a reader may hold for ever.
			release();
			process.kill(process.pid, name);
			return;
		}
		controller.abort(new Interrupted(name));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	// The terminal was closed, or the connection to it broke.
	process.on('SIGHUP', stop);
	// A reader that has gone is met at the next write; the error event itself must not end the process.
	process.stdout.on('error', () => {});
	process.stderr.on('error', () => {});
	try {
		await program(controller.signal);
	} catch (error) {
		// `| head` had enough: that is no failure.
		if (error instanceof OutputClosedError) return;
		process.exitCode = exitCodeOf(error);
		logger({log: wantsJson(process.argv) ? 'json' : 'text'}).error(error);
	} finally {
		release();
	}
}

// Asked for before the arguments are understood: a usage error has a form, too.
function wantsJson(args: readonly string[]): boolean {
	return args.some((word, i) => word === '--log=json' || (word === '--log' && args[i + 1] === 'json'));
}
