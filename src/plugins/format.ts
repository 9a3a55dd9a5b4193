/** Plugins that write files, and read what they wrote. */
import type {FileFormat} from '../../sinks/formats/format.ts';
import {gzipped} from '../../sinks/formats/gzip.ts';
import type {Need} from '../core/records/need.ts';
import {type ConfigOf, choice, type Fields, type Given, type Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

/** What a file format has to do. The plugin adds its name and the ending of its files. */
export type FormatParts = Omit<FileFormat, 'name' | 'extension'> & Partial<Pick<FileFormat, 'extension'>>;

export interface FormatDefinition<
	Type extends string,
	F extends Fields,
	Made extends FormatParts | Promise<FormatParts>,
> extends Definition<Type, F> {
	/** Endings of paths that mean this format, without the dot. Files of a dataset have the first. @default the type */
	readonly endings?: readonly string[];
	/** Its files have columns with types, so records pass `normalize()` on their way to it. @default false */
	readonly isTyped?: boolean;
	/** What its encoder looks at in records. @default 'rows' */
	readonly needs?: Need;
	/** Whether files may be compressed as a whole: `tsv.gz`, `compression: gzip`. @default true */
	readonly mayBeGzip?: boolean;
	/** Makes the format; a promise of it where that takes code which is loaded when a run needs it. */
	make(options: Options<F>): Made;
}

const gzipFields = {
	compression: choice(['none', 'gzip'], {optional: true, doc: 'Of the files. Default: none.'}),
};

/** The fields of a format, with those that all formats have. */
type AllFields<F extends Fields> = F & Omit<typeof gzipFields, keyof F>;

/** A file format of any options. */
export interface AnyFormatPlugin extends Plugin {
	readonly kind: 'format';
	readonly endings: readonly string[];
	readonly isTyped: boolean;
	readonly needs: Need;
	readonly mayBeGzip: boolean;
	make(options: {readonly [name: string]: unknown}): FileFormat | Promise<FileFormat>;
}

/** A factory of file formats, which is also the plugin. */
export interface FormatPlugin<Type extends string, F extends Fields, Made> extends AnyFormatPlugin {
	(...given: Arguments<AllFields<F>>): Made extends Promise<unknown> ? Promise<FileFormat> : FileFormat;
	readonly type: Type;
	readonly fields: AllFields<F>;
}

/** What a config may hold for a file format, as an object. */
export type FormatConfigOf<P> =
	P extends FormatPlugin<infer Type, infer F, infer _>
		? {readonly type: Type} & ConfigOf<AllFields<F>>
		: never;

/**
 * A file format, for `output.format`, `--format` and the endings of paths. It needs an `encoder` and `rows`.
 * Without `count`, `sluice verify` counts what `rows` gives; without `join`, small files of a run stay as they
 * are; without `without`, a dataset of this format cannot be merged.
 * @example export const tsv = defineFormat({
 *   type: 'tsv', summary: 'Fields with tabs between them.', fields: {},
 *   make: () => ({encoder: output => tsvEncoder(output), rows: path => tsvRows(path)}),
 * });
 */
export function defineFormat<
	const Type extends string,
	const F extends Fields,
	Made extends FormatParts | Promise<FormatParts>,
>(definition: FormatDefinition<Type, F, Made>): FormatPlugin<Type, F, Made> {
	const {type, endings = [type], isTyped = false, needs = 'rows', mayBeGzip = true} = definition;
	const [extension = type] = endings;
	const fields = {...definition.fields, ...(mayBeGzip && gzipFields)};
	const make = (given: object = {}): FileFormat | Promise<FileFormat> => {
		const options = checked({...definition, fields}, given as Given<AllFields<F>>);
		const made = definition.make(options);
		const complete = (parts: FormatParts): FileFormat => {
			const format = {extension, needs, ...parts, name: type};
			return mayBeGzip && Reflect.get(options, 'compression') === 'gzip' ? gzipped(format) : format;
		};
		return made instanceof Promise ? made.then(complete) : complete(made);
	};
	return Object.assign((given?: object) => make(given), {
		...frame('format', definition),
		fields,
		endings,
		isTyped,
		needs,
		mayBeGzip,
		make,
	}) as unknown as FormatPlugin<Type, F, Made>;
}
