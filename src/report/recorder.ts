/** Makes the record of a run from its events. */
import {messageOf} from '../core/stage.ts';
import type {RequestEvent} from '../http/events.ts';
import type {RejectionEvent, RunEvent} from '../run/events.ts';
import {BoundedList, BoundedMap, shortText} from './bounded.ts';
import {Latency} from './latency.ts';
import {type FileRecord, FORM, type RejectsRecord, type RunRecord, type TimelineSeries} from './record.ts';
import {ResourceEntries} from './resources.ts';
import {Timeline} from './timeline.ts';

const MOST_SAMPLES = 3;

type Writable<T> = {-readonly [key in keyof T]: T[key]};
type Item<Name extends 'statuses' | 'retries' | 'waits'> = Writable<RunRecord[Name]['items'][number]>;

export interface RecorderOptions {
	readonly config: string;
	readonly output: string;
	/** The start of the run. @default now */
	readonly startedAt?: Date;
	/** Returns the milliseconds since the start. @default by the clock */
	readonly now?: () => number;
}

export class Recorder {
	private readonly options: RecorderOptions;
	private readonly startedAt: Date;
	private readonly now: () => number;
	private readonly resources = new ResourceEntries();
	private readonly timeline = new Timeline();
	private readonly latency = new Latency();
	private readonly cost = {requests: 0, seconds: 0};
	private readonly statuses = new BoundedMap<Item<'statuses'>>(60);
	private readonly retries = new BoundedMap<Item<'retries'>>(100);
	private readonly waits = new BoundedMap<Item<'waits'>>(100);
	private readonly drift = new BoundedList<RunRecord['drift']['items'][number]>(200);
	private readonly warnings = new BoundedList<RunRecord['warnings']['items'][number]>(100);
	private readonly rejects = new BoundedMap<Writable<RejectsRecord> & {samples: string[]}>(50);
	private readonly files = new BoundedList<FileRecord>(500);

	constructor(options: RecorderOptions) {
		const began = performance.now();
		this.options = options;
		this.startedAt = options.startedAt ?? new Date();
		this.now = options.now ?? (() => performance.now() - began);
	}

	readonly onEvent = (event: RunEvent): void => {
		const now = this.now();
		this.resources.take(event, now);
		switch (event.type) {
			case 'request':
				this.request(event, now);
				break;
			case 'retry': {
				const {label = '', reason, waitMs} = event;
				this.timeline.addSpan('retryMs', now, waitMs);
				const item = this.retries.of(`${label}\n${reason}`, () => ({
					resource: shortText(label),
					reason: shortText(reason),
					times: 0,
					waitMs: 0,
				}));
				if (item) add(item, waitMs);
				break;
			}
			case 'wait': {
				const {label = '', limit, waitMs} = event;
				this.timeline.addSpan('limitMs', now, waitMs);
				const item = this.waits.of(`${label}\n${limit}`, () => ({
					resource: shortText(label),
					limit,
					times: 0,
					waitMs: 0,
				}));
				if (item) add(item, waitMs);
				break;
			}
			case 'page':
				this.timeline.add('rows', now, event.rows);
				break;
			case 'rejection':
				this.rejection(event);
				break;
			case 'commit':
				for (const file of event.files)
					this.files.add(() => ({...file, resource: shortText(event.resource), path: shortText(file.path)}));
				break;
			case 'drift':
				this.drift.add(() => ({resource: shortText(event.resource), change: shortText(event.change)}));
				break;
			case 'warning':
				this.warnings.add(() => ({
					resource: shortText(event.resource),
					code: event.code,
					message: shortText(event.message),
				}));
				break;
		}
	};

	/** The record of a run that has ended; `failure` is the error that interrupted it. */
	record({resolved, failure}: {resolved?: unknown; failure?: unknown} = {}): RunRecord {
		const ms = this.now();
		const {config, output} = this.options;
		const resources = this.resources.list(ms, failure);
		const hasFailed = resources.items.some(({state}) => state === 'failed');
		return {
			form: FORM,
			config: shortText(config),
			output: shortText(output),
			startedAt: this.startedAt.toISOString(),
			seconds: ms / 1000,
			outcome: failure !== undefined ? 'broken off' : hasFailed ? 'failed' : 'done',
			...(failure !== undefined && {error: shortText(messageOf(failure))}),
			resources,
			timeline: this.timeline.record(ms),
			latency: this.latency.record(),
			cost: {...this.cost},
			statuses: this.statuses.list(),
			retries: this.retries.list(),
			waits: this.waits.list(),
			drift: this.drift.list(),
			warnings: this.warnings.list(),
			rejects: this.rejects.list(),
			files: this.files.list(),
			...(resolved !== undefined && {resolved}),
		};
	}

	private request({status, bytes, durationMs}: RequestEvent, now: number): void {
		this.timeline.add(classOf(status), now);
		this.latency.add(durationMs);
		this.cost.requests++;
		this.cost.seconds += durationMs / 1000;
		const name = status === undefined ? 'none' : String(status);
		const item = this.statuses.of(name, () => ({status: name, requests: 0, bytes: 0}));
		if (!item) return;
		item.requests++;
		item.bytes += bytes;
	}

	private rejection({resource, column, reason, rows, sample}: RejectionEvent): void {
		const item = this.rejects.of(JSON.stringify([resource, column]), () => ({
			resource: shortText(resource),
			...(column !== undefined && {column: shortText(column)}),
			reason: shortText(reason),
			rows: 0,
			samples: [],
		}));
		if (!item) return;
		item.rows += rows;
		if (item.samples.length < MOST_SAMPLES) item.samples.push(shortText(sample));
	}
}

function add(item: {times: number; waitMs: number}, waitMs: number): void {
	item.times++;
	item.waitMs += waitMs;
}

function classOf(status: number | undefined): TimelineSeries {
	if (status === undefined) return 'unanswered';
	if (status < 300) return 'ok';
	if (status < 400) return 'redirected';
	return status < 500 ? 'refused' : 'failed';
}
