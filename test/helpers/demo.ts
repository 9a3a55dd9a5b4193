/**
 * The demo API, typed: it is plain JavaScript, so that it runs without a build, and stays where the
 * repository has it.
 */

export interface DemoApi {
	readonly url: string;
	readonly apiKey: string;
	/** What a whole reading of each resource should find. */
	readonly truth: Readonly<Record<string, Truth>>;
	close(): Promise<void>;
}

export interface Truth {
	/** Distinct rows, the rejected ones included. */
	readonly rows: number;
	/** Rows that come a second time. */
	readonly duplicates: number;
	/** Rows with a null in a column that must have a value. */
	readonly rejects: number;
}

export interface DemoApiOptions {
	/** 0 takes a free one. @default 0 */
	readonly port?: number;
	/** @default '127.0.0.1' */
	readonly host?: string;
	/** Multiplies the number of rows. @default 1 */
	readonly scale?: number;
}

// Compiled tests stand in a folder of their own; the package finds its root by its name.
const repository = import.meta.resolve('sluice/package.json');

/** Starts the demo API in this process. */
export async function startDemoApi(options: DemoApiOptions = {}): Promise<DemoApi> {
	const module = await import(new URL('fixtures/demo/api.js', repository).href);
	return module.startDemoApi(options);
}
