/**
 * Parts of a plan in a queue of BullMQ, an optional peer. The queue only says who reads which part: which rows
 * count is said by the receipts in the spool, so a queue that is lost loses no row.
 */
import type {Queue, Worker} from 'bullmq';
import {ConfigError} from '../../core/errors.ts';
import type {JsonObject} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import {lineOf, type PlanPart, parsePart} from './part.ts';

const DEFAULT_NAME = 'sluice';
// A worker that dies is noticed after that time, and its part goes to another one.
const LOCK_MS = 10_000;
const STALLED_MS = 5000;
// A part that has lost so many workers is given up.
const MOST_STALLED = 10;
const ATTEMPTS = 5;
const RETRY_MS = 1000;

type Package = typeof import('bullmq');

export interface PartQueue {
	/** Adds the parts that are not in the queue. Those that failed before are tried again. */
	add(parts: readonly PlanPart[]): Promise<void>;
	/** Why a part was given up; `undefined` where it was not. A part that the queue has lost is added again. */
	failure(part: PlanPart): Promise<string | undefined>;
	close(): Promise<void>;
}

export interface PartWorker {
	/** Finishes the parts that it has begun, and takes no more. */
	drain(): Promise<void>;
}

export interface PartWorkerOptions {
	/** The name of the queue. @default 'sluice' */
	readonly name?: string | undefined;
	/** Parts at once. */
	readonly parallel: number;
	/** Reads a part. Its error makes the part one to be tried again, by any worker. */
	readonly read: (part: PlanPart) => Promise<unknown>;
	/** Called with errors of the connection. */
	readonly onError: (error: Error) => void;
}

export interface PartQueueOptions {
	/** The name of the queue. Runs and workers of one project have the same. @default 'sluice' */
	readonly name?: string | undefined;
	/** Called with errors of the connection. */
	readonly onError: (error: Error) => void;
}

export async function openPartQueue(
	url: string,
	{name = DEFAULT_NAME, onError}: PartQueueOptions,
): Promise<PartQueue> {
	checkName(name);
	const {Queue} = await loadPackage();
	const queue: Queue<JsonObject> = new Queue(name, {connection: connectionOf(url)});
	queue.on('error', onError);
	const addAll = (parts: readonly PlanPart[]): Promise<unknown> =>
		queue.addBulk(
			parts.map(part => ({
				name: part.resource,
				data: {line: lineOf(part)},
				opts: {
					jobId: idOf(part),
					attempts: ATTEMPTS,
					backoff: {type: 'exponential', delay: RETRY_MS},
					removeOnComplete: true,
				},
			})),
		);
	return {
		async add(parts) {
			for (const part of parts) {
				const known = await queue.getJob(idOf(part));
				if (known && (await known.isFailed())) await known.remove();
			}
			await addAll(parts);
		},
		async failure(part) {
			const state = await queue.getJobState(idOf(part));
			// A queue that has lost its memory. A part that ended just now has its receipt, and ends at once.
			if (state === 'unknown') await addAll([part]);
			if (state !== 'failed') return undefined;
			const job = await queue.getJob(idOf(part));
			return job?.failedReason ?? 'its job is gone';
		},
		close: () => queue.close(),
	};
}

export async function startPartWorker(
	url: string,
	{name = DEFAULT_NAME, parallel, read, onError}: PartWorkerOptions,
): Promise<PartWorker> {
	checkName(name);
	const {Worker} = await loadPackage();
	const worker: Worker<JsonObject> = new Worker(
		name,
		async job => {
			await read(parsePart(String(job.data.line), `job ${job.id}`));
		},
		{
			connection: {...connectionOf(url), maxRetriesPerRequest: null},
			concurrency: parallel,
			lockDuration: LOCK_MS,
			stalledInterval: STALLED_MS,
			maxStalledCount: MOST_STALLED,
		},
	);
	worker.on('error', onError);
	await worker.waitUntilReady();
	return {drain: () => worker.close()};
}

function idOf({plan, id}: PlanPart): string {
	return `${plan}-${id}`;
}

function checkName(name: string): void {
	if (/^[\w.-]+$/.test(name)) return;
	throw new ConfigError(
		`--queue-name has letters, digits, dots and dashes only, got ${JSON.stringify(name)}`,
	);
}

function connectionOf(url: string): {url: string} {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	if (protocol === 'redis:' || protocol === 'rediss:') return {url};
	throw new ConfigError('--queue is the address of a Redis or Valkey: redis://host:6379');
}

// The name is no constant of an import: a bundler would demand a package that nobody needs.
async function loadPackage(): Promise<Package> {
	const name = 'bullmq';
	try {
		return await import(name);
	} catch (error) {
		throw new ConfigError(`--queue needs two packages: npm install bullmq ioredis (${messageOf(error)})`);
	}
}
