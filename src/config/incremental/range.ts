/**
 * Puts the range of an incremental resource into its request, in place of placeholders such as
 * `{incremental.start_value}`.
 */
import {ConfigError} from '../../core/errors.ts';
import {type JsonValue, textOf} from '../../core/json/json.ts';
import {segment, segments} from '../../http/url.ts';
import type {Range} from '../../resource/incremental/range.ts';
import {isoFormat, timeFormat, writeUp} from '../../resource/incremental/time-format.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {doubled, fillSome} from '../placeholders/braces.ts';
import {fillTree} from '../placeholders/fill-tree.ts';
import {type RangeName, rangeName, rangeNames} from '../placeholders/range.ts';
import type {IncrementalConfig} from './fields.ts';

/**
 * A template with the range filled in. Other placeholders stay, and literal braces stay doubled. A parameter,
 * header or key of the body whose value is missing is left out.
 */
export function withRange(
	name: string,
	endpoint: ResolvedEndpoint,
	config: IncrementalConfig,
	range: Range,
): ResolvedEndpoint {
	const sent = sentValues(config, range);
	// Fills in a text that cannot be left out.
	const needed = (text: string, spell: (text: string) => string, where: string): string =>
		fillSome(text, placeholder => {
			const known = rangeName(placeholder);
			if (!known) return undefined;
			const value = sent(known);
			if (value !== undefined) return doubled(spell(textOf(value)));
			throw new ConfigError(
				`${name}: the ${where} holds {${placeholder}}, and there is no such value yet; set initial_value`,
			);
		});
	const {json, data} = endpoint;
	const filledJson = json === undefined ? undefined : filled(json, sent);
	return {
		...endpoint,
		// Slashes from the author's pattern or function separate segments of the path.
		path: needed(endpoint.path, config.format == null && !config.convert ? segment : segments, 'path'),
		params: filled(endpoint.params, sent) as ResolvedEndpoint['params'],
		headers: filled(endpoint.headers, sent) as ResolvedEndpoint['headers'],
		...(filledJson !== undefined && {json: filledJson as JsonValue}),
		...(data !== undefined && {
			data:
				typeof data === 'string' ? needed(data, text => text, 'body') : (filled(data, sent) as typeof data),
		}),
	};
}

type Sent = (name: RangeName) => JsonValue | undefined;

/** The parts of a range as requests send them, by their names. */
export function rangeValues(config: IncrementalConfig, range: Range): {[name: string]: JsonValue} {
	const sent = sentValues(config, range);
	const values = rangeNames.map(name => [name, sent(name) ?? null] as const);
	return Object.fromEntries(values);
}

// Bounds are rounded so that they cover the whole range: the start down, the end up.
function sentValues(
	{initial_value, lag, convert, format, cursor_format}: IncrementalConfig,
	range: Range,
): Sent {
	const source = cursor_format == null ? undefined : timeFormat(cursor_format);
	const target = format == null ? undefined : timeFormat(format);
	const values = {
		start_value: range.start,
		end_value: range.end,
		last_value: range.last,
		initial_value: range.initial ?? initial_value ?? undefined,
	};
	return name => {
		if (name === 'lag') return lag ?? undefined;
		const value = values[name];
		if (value === undefined) return undefined;
		if (convert) return convert(value) as JsonValue;
		if (!target) return value;
		const instant = source?.read(value) ?? isoFormat.read(value);
		if (instant === undefined)
			throw new ConfigError(
				`${String(value)} is no time that could be written as ${format}; say in cursor_format how ` +
					'records write times',
			);
		return name === 'end_value' ? writeUp(target, instant) : target.write(instant);
	};
}

/** The tree with its texts filled in, without those whose value is missing. */
function filled(tree: unknown, sent: Sent): unknown {
	return fillTree(tree, placeholder => {
		const name = rangeName(placeholder);
		return name && {value: sent(name)};
	});
}
