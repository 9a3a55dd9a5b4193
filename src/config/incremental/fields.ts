/** The schema of `incremental`: dlt's keys, and windows and time formats, which dlt lacks. */
import * as z from 'zod';
import type {JsonValue} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import type {IncrementalOptions} from '../../resource/incremental/incremental.ts';
import {incrementalProblems} from '../../resource/incremental/problems.ts';
import {timeFormat} from '../../resource/incremental/time-format.ts';
import {always, object, responsePath, text, whenNeeded} from '../schema/object.ts';

const bound = z.union([z.string(), z.number()]);

type PickLast = Extract<NonNullable<IncrementalOptions['lastValue']>, (...given: never) => unknown>;
type Convert = (value: JsonValue) => unknown;

const shape = () => ({
	cursor_path: responsePath().describe('Path to the value in each record by which new ones are told.'),
	initial_value: bound
		.nullish()
		.describe(
			'Where the first run begins; by the clock: 7 days ago, -P7D, now, today, yesterday; or the later of ' +
				'two: max(2024-01-01, -P90D). Default: at the beginning.',
		),
	end_value: bound
		.nullish()
		.describe('Where the range ends; by the clock too. With it no state is read or kept.'),
	last_value_func: z
		.unknown()
		.superRefine((given, context) => {
			if (given == null || given === 'max' || given === 'min' || typeof given === 'function') return;
			context.addIssue({
				code: 'custom',
				message: 'expected max, min, or a function, which only a .js config can hold',
			});
		})
		.meta({enum: ['max', 'min', null], description: 'Which value is further on. Default: max.'})
		.optional() as z.ZodType<
		'max' | 'min' | PickLast | null | undefined,
		'max' | 'min' | PickLast | null | undefined
	>,
	row_order: z
		.enum(['asc', 'desc'])
		.nullish()
		.describe('How the API sorts: no page beyond the range is asked for.'),
	lag: bound
		.nullish()
		.describe(
			'Steps back at the start: seconds, days for dates, a number for numbers, or a duration such as PT6H.',
		),
	step: bound.nullish().describe('Reads in windows of this length: P1D, P1M, PT6H; or a number.'),
	range_start: z
		.enum(['open', 'closed', 'any'])
		.nullish()
		.describe(
			'Whether rows at the start are read; any: rows before it too, where the API goes by another time ' +
				'than that of cursor_path. Default: closed.',
		),
	range_end: z
		.enum(['open', 'closed'])
		.nullish()
		.describe('Whether rows at the end are read. Default: open.'),
	on_cursor_value_missing: z
		.enum(['raise', 'include', 'exclude'])
		.nullish()
		.describe('What becomes of a record without the value. Default: raise.'),
	primary_key: z
		.union([z.string(), z.array(text())])
		.nullish()
		.describe('[]: rows at the start come again. Else, those that did not change are dropped.'),
	start_param: text().nullish().describe('Query parameter for the start.'),
	end_param: text().nullish().describe('Query parameter for the end.'),
	cursor_format: timeFormatName(true)
		.nullish()
		.describe(
			'How records write times: iso, epoch, epoch_ms, a pattern such as %d.%m.%Y; several as epoch | ' +
				'iso; or text, which is no time.',
		),
	format: timeFormatName()
		.nullish()
		.describe('How requests write times: iso, date, epoch, epoch_ms, or a pattern. Default: as records do.'),
	convert: z
		.unknown()
		.superRefine((given, context) => {
			if (given != null && typeof given !== 'function')
				context.addIssue({code: 'custom', message: 'expected a function, which only a .js config can hold'});
		})
		.describe('A function of what is sent.')
		.optional() as z.ZodType<Convert | null | undefined, Convert | null | undefined>,
});

const later = {later: ['allow_external_schedulers']};

const whole = () => object(shape(), later);

export type IncrementalConfig = z.output<ReturnType<typeof whole>>;

export const incrementalConfig = whenNeeded(() =>
	whole().superRefine(consistent, always).meta({id: 'incremental'}),
);

/** dlt's older form: a parameter that holds the start. */
export const incrementalParam = whenNeeded(() => {
	const {start_param: _, end_param: __, ...rest} = shape();
	const type = z.literal('incremental').describe('The start of an incremental range.');
	return object({type, ...rest}, later).superRefine(consistent, always);
});

/** The options of the library, without the request. */
export function incrementalOptions(config: Partial<IncrementalConfig>): IncrementalOptions {
	const {cursor_path: cursorPath = '', primary_key: key} = config;
	const options = {
		initialValue: config.initial_value,
		endValue: config.end_value,
		lastValue: config.last_value_func,
		lag: config.lag,
		step: config.step,
		rowOrder: config.row_order,
		rangeStart: config.range_start,
		rangeEnd: config.range_end,
		onMissing: config.on_cursor_value_missing,
		cursorFormat: config.cursor_format,
		deduplicate: Array.isArray(key) && key.length === 0 ? false : undefined,
	};
	return {
		cursorPath,
		...(Object.fromEntries(Object.entries(options).filter(([, value]) => value != null)) as object),
	};
}

const keys: {readonly [option in keyof IncrementalOptions]?: string} = {
	cursorFormat: 'cursor_format',
	endValue: 'end_value',
	lag: 'lag',
	rangeStart: 'range_start',
	rowOrder: 'row_order',
	step: 'step',
};

function consistent(given: Partial<IncrementalConfig>, context: z.core.$RefinementCtx): void {
	if (given.convert != null && given.format != null)
		context.addIssue({
			code: 'custom',
			message: 'says how values are sent, and so does convert; leave one of them out',
			path: ['format'],
		});
	if (context.issues.length > 0) return;
	for (const {option, message} of incrementalProblems(incrementalOptions(given)))
		context.addIssue({code: 'custom', message, path: [keys[option] ?? option]});
}

function timeFormatName(isRecords = false) {
	return text().superRefine((name, context) => {
		try {
			if (timeFormat(name).isText && !isRecords)
				throw new Error('a request writes times; leave it out for texts');
		} catch (error) {
			context.addIssue({code: 'custom', message: messageOf(error)});
		}
	});
}
