/** Messages on stderr: lines for people, or JSON for machines. */
import {styleText} from 'node:util';
import {ConfigError, SluiceError} from '../../core/errors.ts';
import {scrub} from '../../core/secret.ts';
import type {Warning} from '../../core/warning.ts';
import {Interrupted} from './exit-codes.ts';

/** What a line of `--log json` may tell of; the README has what each holds. */
export const eventNames = [
	'request',
	'retry',
	'wait',
	'progress',
	'token',
	'sign_in',
	'proxy',
	'detected',
	'smaller',
	'warning',
	'resource',
	'error',
	'done',
] as const;
export type EventName = (typeof eventNames)[number];

type Style = Parameters<typeof styleText>[0];

// Colours text for stderr; plain when stderr is no terminal, or NO_COLOR is set.
function style(format: Style, text: string): string {
	return coloured() ? styleText(format, text) : text;
}

function coloured(): boolean {
	const {NO_COLOR, FORCE_COLOR, TERM} = process.env;
	if (NO_COLOR) return false;
	if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0';
	return process.stderr.isTTY === true && TERM !== 'dumb';
}

export interface LogOptions {
	readonly quiet?: boolean | undefined;
	readonly verbose?: boolean | undefined;
	readonly log?: string | undefined;
}

/** What happens, told to people in lines or to machines in JSON; always on stderr. */
export interface Log {
	/** For machines only; people see the same in the progress line and the summary. */
	event(name: EventName, details: Readonly<Record<string, unknown>>): void;
	/** A line for people, unless --quiet. */
	info(text: string): void;
	warn(text: string): void;
	/** Something that a run noticed. */
	warning(warning: Warning): void;
	/**
	 * What a person has to do now: said with --quiet too. It is said as it is, as a link with *** in it leads
	 * nowhere: so the text may hold no secret.
	 */
	ask(text: string, details: Readonly<Record<string, unknown>>): void;
	/** A line for people that asked for --verbose. */
	detail(text: string): void;
	/** `resource` is whose error it is, for machines; its message opens with the name already. */
	error(error: unknown, resource?: string): void;
	/** Whether somebody watches a line that changes. */
	readonly live: boolean;
	/** Whether anybody is told of single requests. */
	readonly traces: boolean;
}

let clearLive = (): void => {};

/** What takes the live lines away before a message is written in its place. */
export function beforeMessages(clear: () => void): void {
	clearLive = clear;
}

export function logger({quiet = false, verbose = false, log = 'text'}: LogOptions): Log {
	const json = log === 'json';
	const put = (line: string): void => {
		clearLive();
		process.stderr.write(`${line}\n`);
	};
	const write = (text: string): void => put(scrub(text));
	const event = (name: EventName, details: Readonly<Record<string, unknown>>): void => {
		if (json) put(JSON.stringify({time: new Date().toISOString(), event: name, ...details}, hidden));
	};
	const opening = (format: Style): string => style(format, 'sluice:');
	return {
		event,
		info: text => void (json || quiet || write(printable(text))),
		warn: text => {
			if (json) event('warning', {message: text});
			else if (!quiet) write(`${opening('yellow')} ${printable(text)}`);
		},
		warning({code, resource, message}) {
			if (json) event('warning', {code, resource, message});
			else if (!quiet) write(`${opening('yellow')} ${printable(`${resource}: ${message}`)}`);
		},
		ask(text, details) {
			if (json) put(JSON.stringify({time: new Date().toISOString(), event: 'sign_in', ...details}));
			else put(printable(text));
		},
		detail: text => void (json || quiet || !verbose || write(style('dim', printable(text)))),
		error: (error, resource) => {
			if (json) event('error', {...(resource !== undefined && {resource}), ...describe(error)});
			else write(`${opening('red')} ${printable(messageFor(error))}`);
		},
		traces: json || verbose,
		live: !json && !quiet && !verbose && process.stderr.isTTY === true && !process.env.CI,
	};
}

// Secrets are hidden before the event becomes JSON. In the text of the line, a secret such as 42 or true would
// be replaced where JSON has a number or a word, and the line would be no JSON.
function hidden(key: string, value: unknown): unknown {
	return typeof value === 'string' && !own.includes(key) ? scrub(value) : value;
}

const own = ['time', 'event', 'code'];

// What a server sends gets into messages; it must not get to move the cursor.
function printable(text: string): string {
	return text.replace(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function describe(error: unknown): Record<string, unknown> {
	return error instanceof SluiceError
		? {...error.toJSON()}
		: {name: error instanceof Error ? error.name : 'Error', message: messageFor(error)};
}

// A stack trace helps only with our own mistakes: an error that is not one of ours.
function messageFor(error: unknown): string {
	// Each on a line of its own that an editor can jump to.
	if (error instanceof ConfigError && error.issues.length > 1)
		return `${error.issues.length} problems\n${error.message}`;
	if (error instanceof SluiceError || error instanceof Interrupted) return error.message;
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
