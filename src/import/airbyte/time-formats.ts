/** Translates Airbyte's time formats into those of `incremental`. */
import {messageOf} from '../../core/stage.ts';
import {timeFormat} from '../../resource/incremental/time-format.ts';
import {LeftOut} from './outcome.ts';

const names: {readonly [format: string]: string} = {'%s': 'epoch', '%ms': 'epoch_ms', '%Y-%m-%d': 'date'};
const ISO = /^%Y-%m-%d([T ]%H:%M(:%S(\.(%f|%_ms|0+))?)?(Z|%z|[+-]\d\d:?\d\d)?)?$/;

/** The name of a format for times in a request. */
export function formatName(format: string): string {
	const name = names[format] ?? format.replaceAll('%_ms', '%f');
	try {
		timeFormat(name);
	} catch (error) {
		throw new LeftOut('a format of times', `${format} (${messageOf(error)})`);
	}
	return name;
}

/** The formats of times in records, as one name. */
export function cursorFormatName(formats: readonly string[]): string {
	if (formats.every(format => ISO.test(format))) return 'iso';
	const kinds = [...new Set(formats.map(format => (ISO.test(format) ? 'iso' : formatName(format))))];
	return kinds.join(' | ');
}

/** Whether Sluice sends more digits than Airbyte does. */
export function hasMoreDigits(format: string): boolean {
	return format.includes('%_ms');
}
