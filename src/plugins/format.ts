/** Plugins that write files, and read those that they wrote. */
import type {FileFormat} from '../../sinks/formats/format.ts';
import {gzipped} from '../../sinks/formats/gzip.ts';
import type {Need} from '../core/records/need.ts';
import {type ConfigOf, choice, type Fields, type Given, type Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

/**
 * The parts of a file format that its author writes. The plugin adds its name and the extension of its files.
 */
export type FormatParts = Omit<FileFormat, 'name' | 'extension'> & Partial<Pick<FileFormat, 'extension'>>;

export interface FormatDefinition<
	Type extends string,
	F extends Fields,
	Made extends FormatParts | Promise<FormatParts>,
> extends Definition<Type, F> {
	/**
	 * Extensions of paths that stand for this format, without the dot. Files of a dataset have the first one.
	 * @default the type
	 */
	readonly endings?: readonly string[];
	/**
	 * Whether its files have columns with types, so that records pass `normalize()` before they are written.
	 * @default false
	 */
	readonly isTyped?: boolean;
	/** The parts of records that its encoder reads. @default 'rows' */
	readonly needs?: Need;
	/** Whether files may be compressed as a whole: `tsv.gz`, `compression: gzip`. @default true */
	readonly mayBeGzip?: boolean;
	/** Makes the format. It may return a promise, to load its code only when a run needs it. */
	make(options: Options<F>): Made;
}

const gzipFields = {
	compression: choice(['none', 'gzip'], {optional: true, doc: 'Of the files. Default: none.'}),
};

/** The fields of a format, with those of all formats. */
type AllFields<F extends Fields> = F & Omit<typeof gzipFields, keyof F>;

/** A file format with any options. */
export interface AnyFormatPlugin extends Plugin {
	readonly kind: 'format';
	readonly endings: readonly string[];
	readonly isTyped: boolean;
	readonly needs: Need;
	readonly mayBeGzip: boolean;
	make(options: {readonly [name: string]: unknown}): FileFormat | Promise<FileFormat>;
}

/** A factory of file formats that is also the plugin. */
export interface FormatPlugin<Type extends string, F extends Fields, Made> extends AnyFormatPlugin {
	(...given: Arguments<AllFields<F>>): Made extends Promise<unknown> ? Promise<FileFormat> : FileFormat;
	readonly type: Type;
	readonly fields: AllFields<F>;
}

/** The object in a config for a file format. */
export type FormatConfigOf<P> =
	P extends FormatPlugin<infer Type, infer F, infer _>
		? {readonly type: Type} & ConfigOf<AllFields<F>>
		: never;

/**
 * Defines a file format, for `output.format`, `--format` and the extensions of paths. It needs an `encoder`
 * and `rows`. Without `count`, `sluice verify` counts the rows of `rows`. Without `join`, small files of a
 * run are not joined. Without `without`, a dataset of this format cannot be merged.
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
