/**
 * A run in the process of the test, as programs do it. The start of a command line takes a third of a second of
 * CPU time, which tests of many small runs save where the command line is not their subject.
 */
import {type ConfigObject, RunError, type RunOptions, run} from '../../src/index.ts';

export interface RanHere {
	readonly isOk: boolean;
	/** The warnings, and the message of the failure, a line each. */
	readonly messages: string;
}

/** Never throws for resources that fail. */
export async function runHere(config: ConfigObject | string, options: RunOptions): Promise<RanHere> {
	const messages: string[] = [];
	const onEvent: RunOptions['onEvent'] = event => {
		if (event.type === 'warning') messages.push(event.message);
	};
	try {
		await run(config, {...options, onEvent});
		return {isOk: true, messages: messages.join('\n')};
	} catch (error) {
		if (!(error instanceof RunError)) throw error;
		return {isOk: false, messages: [...messages, error.message].join('\n')};
	}
}
