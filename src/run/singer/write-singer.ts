/**
 * Writes the messages of a Singer tap into datasets, one for each stream. A STATE is passed on when all rows
 * before it are durable, and each commit has the state that belongs to its rows. So a tap that goes on from the
 * last state sends each row once.
 */
import {setTimeout as delay} from 'node:timers/promises';
import type {FileFormat} from '../../../sinks/formats/format.ts';
import type {PlainObject} from '../../config/tree.ts';
import {DecodeError} from '../../core/errors.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {Warn} from '../../core/warning.ts';
import {isSameState, type Mark, type TapProgress, tapProgressIn} from './mark.ts';
import {type SingerMessage, singerMessages} from './messages.ts';
import {StreamWriter} from './stream-writer.ts';

export interface SingerOptions {
	/** The folder of the datasets. */
	readonly root: string;
	readonly format: FileFormat;
	/** The columns of a stream, for the schema in its SCHEMA message. */
	readonly columnsOf: (schema: PlainObject) => object | undefined;
	/** Gets each state when all rows before it are durable. */
	readonly onState: (state: JsonValue) => Promise<void>;
	readonly warn: Warn;
	readonly signal: AbortSignal;
	/** Rows after which a STATE makes all rows durable. @default 100_000 */
	readonly checkpointRows?: number;
	/** Milliseconds after which it does. @default 10_000 */
	readonly checkpointMs?: number;
}

export interface SingerSummary {
	/** The rows of each stream. */
	readonly rows: ReadonlyMap<string, number>;
	/** The last state of the tap; null without one. */
	readonly state: JsonValue;
}

export async function writeSinger(
	input: AsyncIterable<Buffer>,
	options: SingerOptions,
): Promise<SingerSummary> {
	const target = new SingerTarget(options, await tapProgressIn(options.root));
	try {
		for await (const message of singerMessages(input)) {
			options.signal.throwIfAborted();
			await target.take(message);
		}
		options.signal.throwIfAborted();
		return await target.finish();
	} catch (error) {
		await target.discard(error as Error);
		throw error;
	}
}

interface Declared {
	readonly columns: object;
	readonly key: readonly string[];
	readonly hardDelete: string | undefined;
}

class SingerTarget {
	readonly #options: SingerOptions;
	readonly #standing: TapProgress;
	readonly #declared = new Map<string, Declared>();
	readonly #writers = new Map<string, StreamWriter>();
	#number: number;
	/** The state of the last checkpoint. */
	#durable: JsonValue;
	#state: JsonValue;
	#hasState = false;
	#rowsSince = 0;
	/** Streams with rows after the last STATE. */
	readonly #late = new Set<string>();
	#lastMs = performance.now();

	constructor(options: SingerOptions, standing: TapProgress) {
		this.#options = options;
		this.#standing = standing;
		this.#number = standing.number;
		this.#durable = standing.state;
		this.#state = standing.state;
	}

	async take(message: SingerMessage): Promise<void> {
		switch (message.type) {
			case 'SCHEMA':
				return this.#declare(message);
			case 'RECORD': {
				const writer = await this.#writer(message.stream, message.version);
				this.#rowsSince++;
				this.#late.add(message.stream);
				return writer.add(message.record);
			}
			case 'ACTIVATE_VERSION':
				await this.#writer(message.stream, message.version);
				return;
			case 'STATE':
				return this.#reached(message.value);
		}
	}

	async finish(): Promise<SingerSummary> {
		const open = [...this.#writers.values()];
		const late = open.filter(({stream, disposition}) => this.#late.has(stream) && disposition === 'append');
		if (this.#hasState && late.length > 0)
			this.#options.warn({
				code: 'rows-after-state',
				resource: late[0]?.stream ?? '',
				message:
					'rows came after the last STATE of the tap: it may send those of ' +
					`${late.map(({stream}) => stream).join(', ')} again`,
			});
		if (open.some(({isDirty}) => isDirty) || !isSameState(this.#state, this.#durable))
			await this.#checkpoint();
		for (const writer of inOrder(open)) {
			await writer.close();
			this.#writers.delete(writer.stream);
		}
		return {rows: new Map(open.map(({stream, rows}) => [stream, rows])), state: this.#durable};
	}

	async discard(error: Error): Promise<void> {
		for (const writer of this.#writers.values()) await writer.discard(error).catch(() => delay(0));
	}

	async #declare({stream, schema, key}: Extract<SingerMessage, {type: 'SCHEMA'}>): Promise<void> {
		const columns = this.#options.columnsOf(schema) ?? {};
		const hardDelete = '_sdc_deleted_at' in columns ? '_sdc_deleted_at' : undefined;
		this.#declared.set(stream, {columns, key, hardDelete});
		const open = this.#writers.get(stream);
		// A run that broke off is finished, even if no further row of the stream comes.
		if (open) await open.declare(columns);
		else if (this.#standing.unfinished.has(stream))
			await this.#writer(stream, this.#standing.unfinished.get(stream));
	}

	async #writer(stream: string, version: JsonValue | undefined): Promise<StreamWriter> {
		const open = this.#writers.get(stream);
		if (open) {
			if (version === undefined || open.version === undefined || isSameState(version, open.version))
				return open;
			// Rows of another version begin anew.
			await open.commit({...this.#mark([stream]), state: this.#durable});
			await open.close();
			this.#writers.delete(stream);
		}
		const declared = this.#declared.get(stream);
		if (!declared)
			throw new DecodeError(`the tap sends rows of ${stream} before its SCHEMA: a stream begins with one`);
		const {root, format, warn} = this.#options;
		const ahead = this.#standing.ahead.get(stream);
		const writer = await StreamWriter.open({...declared, root, stream, format, version, ahead, warn});
		this.#writers.set(stream, writer);
		return writer;
	}

	async #reached(state: JsonValue): Promise<void> {
		const {checkpointRows = 100_000, checkpointMs = 10_000} = this.#options;
		this.#state = state;
		this.#hasState = true;
		this.#late.clear();
		const writers = [...this.#writers.values()];
		// Two streams without a key commit one after the other: the fewer rows are between two states, the better.
		const keyless = writers.filter(({isDirty, disposition}) => isDirty && disposition === 'append');
		const isDue =
			this.#rowsSince >= checkpointRows ||
			keyless.length > 1 ||
			performance.now() - this.#lastMs >= checkpointMs;
		if (isDue) await this.#checkpoint();
		for (const writer of writers) writer.reached(state);
	}

	/** Makes the rows of all streams durable, and then passes on the state. */
	async #checkpoint(): Promise<void> {
		const open = [...this.#writers.values()];
		const dirty = open.filter(({isDirty}) => isDirty);
		// Without rows, the state still moves.
		const due = inOrder(dirty.length > 0 ? dirty : open.slice(0, 1));
		this.#number++;
		const mark = this.#mark(due.map(({stream}) => stream));
		for (const writer of due) await writer.commit(mark);
		this.#durable = this.#state;
		this.#rowsSince = 0;
		this.#lastMs = performance.now();
		if (this.#hasState) await this.#options.onState(this.#state);
	}

	#mark(streams: readonly string[]): Mark {
		return {number: this.#number, state: this.#state, before: this.#durable, streams};
	}
}

/** Streams with a key first: their rows may come again, and those of the others must not. */
function inOrder(writers: readonly StreamWriter[]): StreamWriter[] {
	return [...writers].sort((a, b) => Number(a.disposition === 'append') - Number(b.disposition === 'append'));
}
