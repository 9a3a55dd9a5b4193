import {SluiceError} from '../core/errors.ts';

/** A template that cannot be read, or that asks for something no value can give. */
export class TemplateError extends SluiceError {
	readonly code = 'ERR_TEMPLATE';
	/** Where in the template, from 1. */
	readonly line: number;
	readonly column: number;

	constructor(message: string, template: string, at = 0) {
		const {line, column} = placeOf(template, at);
		super(`expression ${shortened(template)}, ${line}:${column}: ${message}`);
		this.line = line;
		this.column = column;
	}
}

/** What went wrong, without the place: `Run` knows where. */
export class Fault extends Error {}

/** A value that the template goes on from is missing or null, so the whole template has no value. */
export class Missing extends Error {}

// One for all: a stack for each missing field would cost more than the rest of the evaluation.
const missing = new Missing('a value is missing');

export function fail(message: string): never {
	throw new Fault(message);
}

export function isMissing(): never {
	throw missing;
}

const MOST_CHARACTERS = 80;

function shortened(template: string): string {
	const line = template.replace(/\s+/g, ' ').trim();
	return JSON.stringify(line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line);
}

function placeOf(template: string, at: number): {line: number; column: number} {
	const before = template.slice(0, at).split('\n');
	return {line: before.length, column: (before.at(-1) ?? '').length + 1};
}
