/** The folder of a recording while it is made. It has a size limit, and one owner that closes it. */
import {
	appendFileSync,
	closeSync,
	createReadStream,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {ConfigError} from '../../core/errors.ts';
import {scrub, secretsLearned} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';
import {StrictError, type Warn} from '../../core/warning.ts';
import {BodyFile, checkAgain} from './body-file.ts';
import {BODIES, type Exchange, INDEX, type RecordedBody, UNFINISHED, VERSION} from './format.ts';

export interface RecordOptions {
	/** The folder of the recording: a new one, or an empty one. */
	readonly path: string;
	/**
	 * The most bytes in it. Beyond them the recording ends, and the run goes on. @default 1_073_741_824 (1 GiB)
	 */
	readonly maxBytes?: number | undefined;
	/** Called when the recording ends early, and for each body that it leaves out. @default no reports */
	readonly onWarning?: Warn | undefined;
}

export class RecordingFolder {
	readonly startedAt = new Date();
	private readonly path: string;
	private readonly maxBytes: number;
	private readonly onWarning: Warn;
	private readonly baseUrl: string;
	private bytes = 0;
	private cut: string | null = null;
	private isClosed = false;
	private learned = secretsLearned();
	private last = 0;
	/** The number of the last exchange that was written before the latest secret was known. */
	private lastOfOld = 0;

	constructor(baseUrl: string, {path, maxBytes = 1024 ** 3, onWarning = () => {}}: RecordOptions) {
		if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0))
			throw new ConfigError(`record.maxBytes is a whole number from 1; got ${maxBytes}`);
		this.path = path;
		this.maxBytes = maxBytes;
		this.onWarning = onWarning;
		this.baseUrl = baseUrl;
		try {
			mkdirSync(path, {recursive: true, mode: 0o700});
			if (readdirSync(path).length > 0)
				throw new ConfigError(`${path}: is not empty; a recording goes to a folder of its own (--record)`);
			mkdirSync(join(path, BODIES), {mode: 0o700});
			appendFileSync(join(path, UNFINISHED), '', {mode: 0o600});
		} catch (error) {
			if (error instanceof ConfigError) throw error;
			throw new ConfigError(`${path}: the recording cannot be made: ${messageOf(error)}`);
		}
	}

	/** Whether it takes more exchanges. */
	get isOpen(): boolean {
		return !this.isClosed && this.cut === null;
	}

	body(number: number, headers: Readonly<Record<string, string>>): BodyFile {
		return new BodyFile(this.optionsOf(number, headers));
	}

	/** Counts bytes of a body. Ends the recording if there are too many. */
	count(bytes: number, resource: string | undefined): boolean {
		this.bytes += bytes;
		if (this.bytes > this.maxBytes) this.end(`it has ${this.maxBytes} bytes (--record-max-bytes)`, resource);
		return this.isOpen;
	}

	add(exchange: Exchange): void {
		if (!this.isOpen) return;
		const line = `${JSON.stringify(exchange)}\n`;
		if (!this.count(Buffer.byteLength(line), exchange.resource)) return;
		this.note();
		this.last = Math.max(this.last, exchange.number);
		appendFileSync(join(this.path, UNFINISHED), line);
	}

	/** Ends the recording, and reports this once. */
	end(reason: string, resource = 'recording'): void {
		if (!this.isOpen) return;
		this.cut = reason;
		const message = `the recording in ${this.path} ended here: ${reason}; the run goes on without it`;
		this.onWarning({code: 'recording-ended', resource, message});
	}

	warnOf({withheld}: RecordedBody, {request, resource = 'recording'}: Exchange): void {
		const {method, url} = request;
		this.onWarning({
			code: 'body-withheld',
			resource,
			message: `the recording has no body of ${method} ${url}: ${withheld}`,
		});
	}

	/** Writes the index, and once more removes all secrets that are known by now. */
	async close(): Promise<void> {
		if (this.isClosed) return;
		this.isClosed = true;
		this.note();
		const beside = join(this.path, `${INDEX}.new`);
		try {
			await this.writeIndex(beside);
		} catch (error) {
			rmSync(beside, {force: true});
			if (error instanceof StrictError) throw error;
			const message = `the recording in ${this.path} has no index, and cannot be replayed: ${messageOf(error)}`;
			this.onWarning({code: 'recording-ended', resource: 'recording', message});
			return;
		}
		renameSync(beside, join(this.path, INDEX));
		rmSync(join(this.path, UNFINISHED));
	}

	private async writeIndex(path: string): Promise<void> {
		const file = openSync(path, 'wx', 0o600);
		try {
			const {startedAt, baseUrl} = this;
			const head = {version: VERSION, startedAt, baseUrl: scrub(baseUrl.replace(/\/\/[^/@]*@/, '//'))};
			writeSync(file, `${JSON.stringify(head).slice(0, -1)},"exchanges":[`);
			let mark = '\n';
			const lines = createInterface({input: createReadStream(join(this.path, UNFINISHED))});
			for await (const line of lines) {
				const exchange = parsed(line);
				if (!exchange) continue;
				writeSync(file, mark + JSON.stringify(scrubbed(await this.checked(exchange))));
				mark = ',\n';
			}
			writeSync(file, `\n],"cut":${JSON.stringify(this.cut)}}\n`);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
	}

	private note(): void {
		const learned = secretsLearned();
		if (learned !== this.learned) this.lastOfOld = this.last;
		this.learned = learned;
	}

	private async checked(exchange: Exchange): Promise<Exchange> {
		const {number, response} = exchange;
		if (response?.body?.file === undefined || number > this.lastOfOld) return exchange;
		const body = await checkAgain(response.body, this.optionsOf(number, response.headers));
		if (body.withheld !== undefined) this.warnOf(body, exchange);
		return {...exchange, response: {...response, body}};
	}

	private optionsOf(number: number, headers: Readonly<Record<string, string>>) {
		const name = `${BODIES}/${String(number).padStart(6, '0')}${endingOf(headers['content-type'])}`;
		return {name, path: join(this.path, name), encoding: headers['content-encoding']};
	}
}

// A full disk leaves half a line.
function parsed(line: string): Exchange | undefined {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

// The extension lets people open the file.
function endingOf(type = ''): string {
	const [, known] = /\b(json|csv|xml|html|zip)\b/i.exec(type) ?? [];
	return known ? `.${known.toLowerCase()}` : '.body';
}

function scrubbed<T>(value: T): T {
	if (typeof value === 'string') return scrub(value) as T;
	if (Array.isArray(value)) return value.map(scrubbed) as T;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrubbed(item)])) as T;
}
