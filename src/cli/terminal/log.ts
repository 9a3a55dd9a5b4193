/** Messages on stderr: lines of text, or JSON for machines. */
import {styleText} from 'node:util';
import {ConfigError, SluiceError} from '../../core/errors.ts';
import {scrub} from '../../core/secret.ts';
import type {Warning} from '../../core/warning.ts';
import {Interrupted} from './exit-codes.ts';

/** The events of `--log json`; `docs/reference/commands.md` describes their properties. */
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
	'concurrency',
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

/** Reports what happens, as lines of text or as JSON; always on stderr. */
export interface Log {
	/** For JSON only; in the text mode, the progress line and the summary show the same. */
	event(name: EventName, details: Readonly<Record<string, unknown>>): void;
	/** A line of text, unless --quiet. */
	info(text: string): void;
	warn(text: string): void;
	/** A warning of a run. */
	warning(warning: Warning): void;
	/**
	 * Something that the user has to do now, printed with --quiet, too. Secrets in it are not hidden, as a link
	 * with *** in it leads nowhere: so the text must not contain one.
	 */
	ask(text: string, details: Readonly<Record<string, unknown>>): void;
	/** A line of text with --verbose. */
	detail(text: string): void;
	/** `resource` is the resource of the error, for JSON; the message begins with its name already. */
	error(error: unknown, resource?: string): void;
	/** Whether stderr is a terminal that shows live lines. */
	readonly live: boolean;
	/** Whether single requests are reported. */
	readonly traces: boolean;
}

let clearLive = (): void => {};

/** Sets the function that removes the live lines before a message is written in their place. */
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

// Secrets are hidden before the event becomes JSON. In the text of the line, a secret such as 42 or true
// would be replaced where JSON has a number or a word, and the line would be no JSON.
function hidden(key: string, value: unknown): unknown {
	return typeof value === 'string' && !own.includes(key) ? scrub(value) : value;
}

const own = ['time', 'event', 'code'];

// Text from a server gets into messages, and must not move the cursor.
function printable(text: string): string {
	return text.replace(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function describe(error: unknown): Record<string, unknown> {
	return error instanceof SluiceError
		? {...error.toJSON()}
		: {name: error instanceof Error ? error.name : 'Error', message: messageFor(error)};
}

// A stack trace helps only with mistakes of Sluice itself: errors of other classes.
function messageFor(error: unknown): string {
	// Each issue has its own line, from which an editor can jump to its place.
	if (error instanceof ConfigError && error.issues.length > 1)
		return `${error.issues.length} problems\n${error.message}`;
	if (error instanceof SluiceError || error instanceof Interrupted) return error.message;
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
