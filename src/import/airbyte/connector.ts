/** Imports all streams of a manifest as one config. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import type {Connection} from './connection.ts';
import {Known} from './known.ts';
import {type Difference, LeftOut} from './outcome.ts';
import type {Parent} from './partitions.ts';
import {nameOf, type Stream, streamOf} from './stream.ts';

export interface LeftOutStream {
	readonly name: string;
	readonly reason: string;
	readonly detail: string | undefined;
}

export interface ImportedStream {
	/** The name of the resource. */
	readonly name: string;
	/** The name of the stream. Several resources may come from one stream. */
	readonly stream: string;
	readonly differences: readonly Difference[];
	/** Whether it is needed only for its children. */
	readonly isHelper: boolean;
}

export interface Connector {
	readonly config: {readonly client: PlainObject; readonly resources: readonly PlainObject[]} & PlainObject;
	readonly imported: readonly ImportedStream[];
	readonly leftOut: readonly LeftOutStream[];
}

export interface ConnectorOptions {
	readonly connection: Connection;
	/** Names of the streams to import. @default all */
	readonly streams?: readonly string[] | undefined;
	readonly isStrict?: boolean;
	/** JSON Schemas of files, by the names of the files. @default none */
	readonly schemas?: ReadonlyMap<string, PlainObject>;
	/** Resources that must not be in the config, with the reasons. */
	readonly refused?: ReadonlyMap<string, LeftOut>;
}

export function connectorOf(manifest: PlainObject, options: ConnectorOptions): Connector {
	return new Importer(manifest, options).result();
}

class Importer {
	readonly #known: Known;
	readonly #streams: readonly PlainObject[];
	readonly #options: ConnectorOptions;
	readonly #manifest: PlainObject;
	/** Resources by the text of their streams. */
	readonly #made = new Map<string, Stream | LeftOut>();
	readonly #named = new Map<string, Kept>();

	constructor(manifest: PlainObject, options: ConnectorOptions) {
		this.#manifest = manifest;
		this.#options = options;
		this.#known = new Known(options.connection);
		this.#streams = listOf(manifest.streams);
	}

	result(): Connector {
		const leftOut: LeftOutStream[] = [];
		for (const given of this.#streams) {
			const name = this.#nameOf(given);
			if (this.#options.streams && !this.#options.streams.includes(name)) continue;
			const made = this.#make(given);
			if (made instanceof LeftOut) leftOut.push({name, reason: made.reason, detail: made.detail});
			else this.#keep(made, false);
		}
		for (const given of listOf(this.#manifest.dynamic_streams))
			leftOut.push({
				name: String(given.name ?? 'dynamic streams'),
				reason: 'dynamic streams',
				detail: String(asObject(given.components_resolver).type ?? ''),
			});
		const kept = [...this.#named.values()];
		return {
			config: configOf(kept, this.#manifest, this.#known),
			imported: kept.map(({stream: {name, differences}, isHelper, origin}) => ({
				name,
				stream: origin,
				differences,
				isHelper,
			})),
			leftOut,
		};
	}

	#nameOf(given: PlainObject): string {
		try {
			return nameOf(given.name, this.#known.in(given));
		} catch {
			return String(given.name);
		}
	}

	#make(given: PlainObject): Stream | LeftOut {
		const text = JSON.stringify(given);
		const known = this.#made.get(text);
		if (known) return known;
		// The import of a stream that is its own ancestor would never end.
		this.#made.set(text, new LeftOut('parents: the stream is its own'));
		const made = this.#stream(given);
		this.#made.set(text, made);
		return made;
	}

	#stream(given: PlainObject): Stream | LeftOut {
		try {
			const refused = this.#options.refused?.get(this.#nameOf(given));
			if (refused) return refused;
			return streamOf(given, {
				known: this.#known,
				parentOf: stream => this.#parent(stream),
				isStrict: this.#options.isStrict ?? false,
				schemas: this.#options.schemas ?? new Map(),
			});
		} catch (error) {
			if (error instanceof LeftOut) return error;
			throw error;
		}
	}

	#parent(given: PlainObject): Parent {
		const made = this.#make(given);
		if (made instanceof LeftOut)
			throw new LeftOut(
				made.reason,
				`of its parent ${this.#nameOf(given)}${made.detail ? `, ${made.detail}` : ''}`,
			);
		return {name: this.#keep(made, true), slices: made.slices, differences: made.differences};
	}

	/** Adds the stream to the resources. Returns its name there. */
	#keep(stream: Stream, isHelper: boolean): string {
		for (const [name, kept] of this.#named) {
			if (requestOf(kept.stream) !== requestOf(stream)) continue;
			if (isHelper || name === stream.name) {
				if (!isHelper) this.#named.set(name, {stream, isHelper: false, origin: stream.name});
				return name;
			}
		}
		let name = stream.name;
		for (let number = 2; this.#named.has(name); number++) name = `${stream.name}_${number}`;
		this.#named.set(name, {stream: {...stream, name}, isHelper, origin: stream.name});
		return name;
	}
}

/** The request of a stream, and the processing of its records. */
function requestOf({url, endpoint, resource, auth}: Stream): string {
	const {columns: _, primary_key: __, write_disposition: ___, ...rest} = resource;
	return JSON.stringify([url, endpoint, rest, auth]);
}

function listOf(value: unknown): PlainObject[] {
	return Array.isArray(value) ? value.map(asObject) : [];
}

interface Kept {
	readonly stream: Stream;
	readonly isHelper: boolean;
	/** The name in the manifest. */
	readonly origin: string;
}

function configOf(kept: readonly Kept[], manifest: PlainObject, known: Known): Connector['config'] {
	const streams = kept.map(({stream}) => stream);
	const base =
		commonest(
			streams
				.map(each => each.base)
				.filter(text => text !== '' && !/\{(?!\w*\})/.test(text.replaceAll('${', ''))),
		) ?? '';
	const auth =
		commonest(
			streams.map(each => JSON.stringify(each.auth ?? null)).filter((_, at) => isUnder(streams[at], base)),
		) ?? 'null';
	const retries = streams.flatMap(({maxRetries}) => maxRetries ?? []);
	const origins = new Set(
		streams
			.filter(each => !isUnder(each, base) && each.auth && !each.url.startsWith('{resources.'))
			.map(({url}) => originOf(url)),
	);
	return {
		client: {
			base_url: base,
			...(auth !== 'null' && {auth: JSON.parse(auth)}),
			...(retries.length > 0 && {retry: {max_retries: Math.max(...retries)}}),
			...rateLimit(manifest.api_budget, known),
			...(origins.size > 0 && !origins.has(undefined) && {trusted_origins: [...origins]}),
		},
		resource_defaults: {endpoint: {missing_rows: 'empty'}},
		resources: kept.map(({stream, isHelper}) => resourceOf(stream, {base, auth, isHelper})),
	};
}

function resourceOf(
	stream: Stream,
	{base, auth, isHelper}: {base: string; auth: string; isHelper: boolean},
): PlainObject {
	const isBelow = isUnder(stream, base);
	const own = JSON.stringify(stream.auth ?? null);
	return {
		name: stream.name,
		...(isHelper && {selected: false}),
		endpoint: {
			path: isBelow ? stream.url.slice(base.length) || '/' : stream.url,
			...(own !== auth && {auth: stream.auth ?? null}),
			...stream.endpoint,
		},
		...stream.resource,
	};
}

function isUnder(stream: Stream | undefined, base: string): boolean {
	return base !== '' && stream !== undefined && stream.url.startsWith(base);
}

function originOf(url: string): string | undefined {
	return /^https?:\/\/[^/?{]+/.exec(url)?.[0];
}

function commonest(texts: readonly string[]): string | undefined {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** One policy is a rate limit. Of several, the narrowest would slow the others down. */
function rateLimit(budget: unknown, known: Known): PlainObject {
	const policies = listOf(asObject(budget).policies);
	const [policy] = policies;
	if (!policy || policies.length > 1) return {};
	const [rate] = listOf(policy.rates);
	const limit = rate ?? {limit: policy.call_limit, interval: policy.period};
	const requests = Number(known.constant(limit.limit ?? null, 'rate limit'));
	const [, count = '1', unit = ''] =
		/^PT?(\d+)([SMHD])$/.exec(known.text(limit.interval ?? '', 'rate limit')) ?? [];
	if (!(requests > 0) || unit === '') return {};
	return {rate_limit: {requests, per: `${count}${unit.toLowerCase()}`}};
}
