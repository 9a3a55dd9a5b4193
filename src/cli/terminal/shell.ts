/** Runs the program by the rules of a shell: signals, exit codes, one line for an error. */
import {OutputClosedError} from '../../core/errors.ts';
import {exitCodeOf, Interrupted} from './exit-codes.ts';
import {logger} from './log.ts';

/**
 * The first Ctrl-C (or SIGTERM, or SIGHUP) aborts the signal, and the program cleans up; the second ends it
 * at once. The exit code is set without `process.exit`, so that pending output is still written.
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
			// The signal itself ends the process: `process.exit` waits for a thread, which a pipe without a reader
			// may block for ever.
			release();
			process.kill(process.pid, name);
			return;
		}
		controller.abort(new Interrupted(name));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	// The terminal was closed, or its connection was lost.
	process.on('SIGHUP', stop);
	// The next write finds that the reader has gone; the error event itself must not end the process.
	process.stdout.on('error', () => {});
	process.stderr.on('error', () => {});
	try {
		await program(controller.signal);
	} catch (error) {
		// The reader closed the pipe early (`| head`), which is no failure.
		if (error instanceof OutputClosedError) return;
		process.exitCode = exitCodeOf(error);
		logger({log: wantsJson(process.argv) ? 'json' : 'text'}).error(error);
	} finally {
		release();
	}
}

// Checked before the arguments are parsed, as usage errors need a format, too.
function wantsJson(args: readonly string[]): boolean {
	return args.some((word, i) => word === '--log=json' || (word === '--log' && args[i + 1] === 'json'));
}
