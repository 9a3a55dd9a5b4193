/** Summarizes the outcome of the streams for users. */
import {plural} from '../../core/quantity.ts';
import type {Connector, ImportedStream} from './connector.ts';
import type {Difference} from './outcome.ts';

export type Outcome = 'the same' | Difference['kind'];

/** The greatest difference of a stream. */
export function outcomeOf({differences}: ImportedStream): Outcome {
	for (const kind of ['rows', 'failure', 'choice', 'requests'] as const)
		if (differences.some(difference => difference.kind === kind)) return kind;
	return 'the same';
}

const words: {readonly [outcome in Outcome]: string} = {
	'the same': 'the same',
	requests: 'with other requests',
	choice: 'with a choice made',
	rows: 'with other rows',
	failure: 'with a failure where Airbyte goes on',
};

/** The first line has the counts. Then there is one line for each stream. */
export function summaryOf({imported, leftOut}: Connector): string[] {
	const streams = imported.filter(({isHelper}) => !isHelper);
	const counts = Object.keys(words).flatMap(outcome => {
		const count = streams.filter(stream => outcomeOf(stream) === outcome).length;
		return count === 0 ? [] : [`${count} ${words[outcome as Outcome]}`];
	});
	const total = streams.length + leftOut.length;
	const left = leftOut.length === 0 ? '' : `; ${leftOut.length} left out`;
	return [
		`${streams.length} of ` +
			`${plural(total, 'stream')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}${left}`,
		...streams.map(stream => `  ${stream.name}: ${saidOf(stream)}`),
		...leftOut.map(
			({name, reason, detail}) => `  ${name}: left out: ${reason}${detail ? ` (${shortened(detail)})` : ''}`,
		),
	];
}

function saidOf(stream: ImportedStream): string {
	const texts = stream.differences.map(({text}) => text);
	return texts.length === 0 ? 'the same' : texts.join('; ');
}

function shortened(text: string): string {
	const line = text.replace(/\s+/g, ' ');
	return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
