/** `sluice run --workers`: the parts of a plan by processes of this machine. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import type {PlanPart} from '../../run/parts/part.ts';
import {exitCodes, PartFailure} from '../terminal/exit-codes.ts';
import type {Log} from '../terminal/log.ts';

export interface WorkersOptions {
	readonly parts: readonly PlanPart[];
	readonly workers: number;
	/** The options that all processes get. */
	readonly words: readonly string[];
	readonly log: Log;
	readonly signal: AbortSignal;
}

/** A part whose process fails is tried so many times. */
const TRIES = 3;

/** Reads each part by a process of its own, several at once. Fails after the last try of a part. */
export async function runWorkers({parts, workers, words, log, signal}: WorkersOptions): Promise<void> {
	const waiting = parts.map(part => ({part, tries: 0}));
	const stop = new AbortController();
	const ended = AbortSignal.any([signal, stop.signal]);
	const work = async (): Promise<void> => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			ended.throwIfAborted();
			const {part, tries} = next;
			const code = await runOne(part, words, ended);
			if (code === exitCodes.ok) continue;
			ended.throwIfAborted();
			const isFinal = code === exitCodes.usage || tries + 1 >= TRIES;
			log.warn(`${nameOf(part)} ended with ${code ?? 'a signal'}${isFinal ? '' : '; it is tried again'}`);
			if (isFinal) throw failure(part, tries + 1, code);
			waiting.push({part, tries: tries + 1});
		}
	};
	const all = Array.from({length: Math.min(workers, parts.length)}, () =>
		work().catch(error => {
			stop.abort(error);
			throw error;
		}),
	);
	const failed = (await Promise.allSettled(all)).find(each => each.status === 'rejected');
	signal.throwIfAborted();
	if (failed) throw stop.signal.reason;
}

export function nameOf({index, resource, kind}: PlanPart): string {
	return `part ${index} (${resource}, ${kind})`;
}

async function runOne(part: PlanPart, words: readonly string[], signal: AbortSignal): Promise<number | null> {
	const main = process.argv[1] ?? '';
	const own = ['run-part', '--plan', part.plan, '--index', String(part.index)];
	const child: ChildProcess = spawn(process.execPath, [...process.execArgv, main, ...own, ...words], {
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const kill = (): void => void child.kill('SIGTERM');
	signal.addEventListener('abort', kill, {once: true});
	try {
		const [code] = (await once(child, 'exit')) as [number | null];
		return code;
	} finally {
		signal.removeEventListener('abort', kill);
	}
}

function failure(part: PlanPart, tries: number, code: number | null): PartFailure {
	const times = tries === 1 ? 'once' : `${tries} times`;
	return new PartFailure(
		`${nameOf(part)} failed ${times}: see its message. The parts that are done stay: run the same command again`,
		code ?? exitCodes.failed,
	);
}
