/** Each target with a server of its own, for tests that say the same of all of them. */
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {lacksMoto, startMoto} from '../../helpers/moto.ts';
import {lacksPostgres, postgres} from '../../helpers/postgres.ts';

/** A place for datasets. */
export interface Place {
	/** For `output.path`. */
	readonly output: string;
	/** Keys beside `output.path`, and beside `output`. */
	readonly more?: {readonly target?: object; readonly format?: string};
	readonly plugins?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
}

export interface Kind {
	readonly name: string;
	/** Why it cannot be tried here; `false` where it can. */
	readonly skip: string | false;
	/** Whether its tables are in a database. */
	readonly isDatabase: boolean;
	/** Starts its server; the result gives a fresh place each time. */
	start(): Promise<{place(name: string): Place} & AsyncDisposable>;
}

const nothing = {async [Symbol.asyncDispose]() {}};

/** A plugin with a target of its own, as text. */
const pluginText = (): string => {
	const of = (path: string): string =>
		JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../..', path)).href);
	return `
import {defineTarget} from ${of('src/exports/plugin.js')};
import {storeParts} from ${of('sinks/targets/store/store-parts.js')};
import {folderStore} from ${of('sinks/targets/store/folder.js')};
export const mine = defineTarget({
	type: 'mine', summary: 'Files of our own.', schemes: ['mine'], isPath: true, takes: 'parquet', fields: {},
	make: async () => storeParts({store: async ({url}) => folderStore(url.slice('mine:'.length))}),
});
`;
};

export const pluginFile = {'mine.mjs': pluginText()};

export async function kinds(): Promise<Kind[]> {
	return [
		{
			name: 'a Delta table',
			skip: false,
			isDatabase: false,
			start: async () => ({place: name => ({output: `delta:${name}`}), ...nothing}),
		},
		{
			name: 'DuckDB',
			skip: false,
			isDatabase: true,
			start: async () => ({place: name => ({output: `duckdb:${name}.db`}), ...nothing}),
		},
		{
			name: 'a target of a plugin',
			skip: false,
			isDatabase: false,
			start: async () => ({
				place: name => ({output: `mine:${name}`, plugins: ['./mine.mjs']}),
				...nothing,
			}),
		},
		{
			name: 'PostgreSQL',
			skip: lacksPostgres,
			isDatabase: true,
			async start() {
				const db = await postgres();
				return {
					place: schema => ({output: db.url, more: {target: {type: 'postgres', schema}}}),
					[Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
				};
			},
		},
		{
			name: 'S3',
			skip: await lacksMoto(),
			isDatabase: false,
			async start() {
				const moto = await startMoto('lake');
				return {
					place: name => ({
						output: `s3://lake/${name}`,
						more: {target: {type: 's3', endpoint: moto.url}},
						env: moto.env,
					}),
					[Symbol.asyncDispose]: () => moto[Symbol.asyncDispose](),
				};
			},
		},
	];
}
