/** Those that listen to a run beside the terminal: a file of metrics, and OpenTelemetry. */
import {writeFile} from 'node:fs/promises';
import {explainFileErrors, replaceFile} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';
import {Metrics} from '../report/telemetry/metrics.ts';
import {type Api, Traces} from '../report/telemetry/traces.ts';
import type {RunEvent} from '../run/events.ts';
import type {Log} from './terminal/log.ts';

/** Milliseconds between two states of the file while a run goes on. */
const EVERY_MS = 5000;
// The collector that reads the file has a user of its own. There are no secrets in it.
const READABLE = 0o644;

export class Observers {
	private readonly log: Log;
	private readonly file: string | undefined;
	private readonly metrics: Metrics | undefined;
	private readonly traces: Traces | undefined;
	private readonly timer: NodeJS.Timeout | undefined;
	private writing: Promise<void> = Promise.resolve();
	private isBroken = false;

	/** Fails if the file cannot be written. */
	static async open(file: string | undefined, log: Log): Promise<Observers> {
		if (file !== undefined)
			await explainFileErrors('--metrics-file', file, () => writeFile(file, '', {flag: 'a'}));
		return new Observers(file, log, await openTraces());
	}

	private constructor(file: string | undefined, log: Log, traces: Traces | undefined) {
		this.log = log;
		this.file = file;
		this.traces = traces;
		if (file === undefined) return;
		this.metrics = new Metrics();
		this.timer = setInterval(() => this.write({}), EVERY_MS).unref();
	}

	readonly onEvent = (event: RunEvent): void => {
		this.metrics?.onEvent(event);
		// A fault of a tracer must not end a run.
		this.unlessBroken(() => this.traces?.onEvent(event));
	};

	/** `error` is what interrupted the run. */
	async end(error?: unknown): Promise<void> {
		clearInterval(this.timer);
		this.unlessBroken(() => this.traces?.end(error));
		this.write({isOver: true, hasFailed: error !== undefined});
		await this.writing;
	}

	private write(state: {isOver?: boolean; hasFailed?: boolean}): void {
		const {file, metrics} = this;
		if (file === undefined || !metrics) return;
		this.writing = this.writing
			.then(() => replaceFile(file, metrics.text(state), `${file}.${process.pid}.part`, READABLE))
			.catch(error => this.log.warn(`--metrics-file ${file}: ${messageOf(error)}`));
	}

	private unlessBroken(step: () => void): void {
		if (this.isBroken) return;
		try {
			step();
		} catch (error) {
			this.isBroken = true;
			this.log.warn(`OpenTelemetry failed, and gets no more of this run: ${messageOf(error)}`);
		}
	}
}

// An SDK that was loaded before (`node --import`) has registered itself here, as every copy of the API does.
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

async function openTraces(): Promise<Traces | undefined> {
	if (!(REGISTERED in globalThis)) return undefined;
	const name = '@opentelemetry/api';
	const api = await import(name).catch(() => undefined);
	if (!api) return undefined;
	return new Traces(api as Api);
}
