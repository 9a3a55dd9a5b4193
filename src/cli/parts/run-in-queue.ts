/** `sluice run --queue`: the parts of a plan by workers on any machine, and their commit here. */
import {setTimeout as delay} from 'node:timers/promises';
import {SinkError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import type {PlanPart} from '../../run/parts/part.ts';
import {openPartQueue} from '../../run/parts/queue.ts';
import type {Spool} from '../../run/parts/spool.ts';
import type {Log} from '../terminal/log.ts';
import {nameOf} from './workers.ts';

const LOOK_MS = 500;
// A part that failed for good is looked for this often, which asks the queue.
const LOOKS_PER_CHECK = 10;

export interface ByQueue {
	readonly url: string;
	readonly queueName: string | undefined;
	readonly parts: readonly PlanPart[];
	readonly spool: Spool;
	readonly log: Log;
	readonly signal: AbortSignal;
}

/** Resolves once every part has a receipt. */
export async function readByQueue({url, queueName, parts, spool, log, signal}: ByQueue): Promise<void> {
	let problem: string | undefined;
	const queue = await openPartQueue(url, {
		name: queueName,
		onError(error) {
			if (problem !== error.message) log.warn(`queue: ${error.message}`);
			problem = error.message;
		},
	});
	try {
		let missing = await without(parts, spool);
		await queue.add(missing);
		log.info(`${plural(missing.length, 'part')} in the queue ${new URL(url).host}`);
		for (let look = 1; missing.length > 0; look++) {
			await delay(LOOK_MS, undefined, {signal});
			missing = await without(missing, spool);
			if (look % LOOKS_PER_CHECK > 0) continue;
			for (const part of missing) {
				const failure = await queue.failure(part);
				if (failure !== undefined)
					throw new SinkError(
						`${nameOf(part)} was given up: ${failure}. The parts that are done stay: run the same ` +
							'command again',
					);
			}
		}
	} finally {
		await queue.close();
	}
}

async function without(parts: readonly PlanPart[], spool: Spool): Promise<PlanPart[]> {
	const missing: PlanPart[] = [];
	for (const part of parts) if (!(await spool.receipt(part))) missing.push(part);
	return missing;
}
