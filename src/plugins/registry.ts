/** The registry of plugins: those of Sluice, and those that a config brings. A new one is a line here. */

import {apiKey} from './auth/api-key.ts';
import {awsSigV4} from './auth/aws-sigv4.ts';
import {bearer} from './auth/bearer.ts';
import {digest} from './auth/digest.ts';
import {hmac} from './auth/hmac.ts';
import {httpBasic} from './auth/http-basic.ts';
import {oauth1} from './auth/oauth1.ts';
import {oauth2ClientCredentials} from './auth/oauth2-client-credentials.ts';
import {oauth2Jwt} from './auth/oauth2-jwt.ts';
import {oauth2Password} from './auth/oauth2-password.ts';
import {oauth2RefreshToken} from './auth/oauth2-refresh-token.ts';
import {session} from './auth/session.ts';
import type {AnyAuthPlugin} from './auth.ts';
import type {AnyDecoderPlugin} from './decoder.ts';
import {auto as autoDecoder} from './decoders/auto.ts';
import {csv as csvDecoder} from './decoders/csv.ts';
import {json} from './decoders/json.ts';
import {jsonl as jsonlDecoder} from './decoders/jsonl.ts';
import {xml} from './decoders/xml.ts';
import type {AnyFormatPlugin} from './format.ts';
import {builtInFormats, formatOf, type NamedFormat} from './formats/all.ts';
import type {AnyPaginatorPlugin} from './paginator.ts';
import {auto} from './paginators/auto.ts';
import {cursor} from './paginators/cursor.ts';
import {headerCursor} from './paginators/header-cursor.ts';
import {headerLink} from './paginators/header-link.ts';
import {jsonLink} from './paginators/json-link.ts';
import {offset} from './paginators/offset.ts';
import {pageNumber} from './paginators/page-number.ts';
import {singlePage} from './paginators/single-page.ts';
import {isPlugin, type Plugin} from './plugin.ts';
import type {AnyStepPlugin} from './step.ts';
import {builtInSteps} from './steps/all.ts';
import type {AnyTargetPlugin} from './target.ts';
import {az} from './targets/az.ts';
import {delta} from './targets/delta.ts';
import {duckdb} from './targets/duckdb.ts';
import {gs} from './targets/gs.ts';
import {postgres} from './targets/postgres.ts';
import {s3} from './targets/s3.ts';

const paginators = [
	auto,
	singlePage,
	offset,
	pageNumber,
	cursor,
	jsonLink,
	headerLink,
	headerCursor,
] as const;

// An object without a type is the first of them.
const auths = [
	bearer,
	apiKey,
	httpBasic,
	digest,
	oauth1,
	hmac,
	awsSigV4,
	oauth2ClientCredentials,
	oauth2RefreshToken,
	oauth2Password,
	oauth2Jwt,
	session,
] as const;

const targets = [postgres, duckdb, s3, gs, az, delta] as const;

const decoders = [json, jsonlDecoder, csvDecoder, xml, autoDecoder] as const;

/** The paginators of Sluice itself. */
export type BuiltInPaginator = (typeof paginators)[number];
/** The kinds of auth of Sluice itself. */
export type BuiltInAuth = (typeof auths)[number];
/** The formats of responses of Sluice itself. */
export type BuiltInDecoder = (typeof decoders)[number];

export class Registry {
	readonly paginators: readonly AnyPaginatorPlugin[];
	readonly auths: readonly AnyAuthPlugin[];
	readonly decoders: readonly AnyDecoderPlugin[];
	readonly steps: readonly AnyStepPlugin[];
	readonly formats: readonly AnyFormatPlugin[];
	readonly targets: readonly AnyTargetPlugin[];

	/**
	 * `own` are the plugins of a config. Of two with the same type the first one stays; `check` reports the
	 * second.
	 */
	constructor(own: readonly Plugin[] = []) {
		this.paginators = withOwn<AnyPaginatorPlugin>(paginators, own.filter(isPaginator));
		this.auths = withOwn<AnyAuthPlugin>(auths, own.filter(isAuth));
		this.decoders = withOwn<AnyDecoderPlugin>(decoders, own.filter(isDecoder));
		this.steps = withOwn<AnyStepPlugin>(builtInSteps, own.filter(isStep));
		this.formats = withOwn<AnyFormatPlugin>(builtInFormats, own.filter(isFormat));
		this.targets = withOwn<AnyTargetPlugin>(targets, own.filter(isTarget));
	}

	/** All plugins of all kinds. */
	get all(): readonly Plugin[] {
		const {paginators, auths, decoders, steps, formats, targets} = this;
		return [...paginators, ...auths, ...decoders, ...steps, ...formats, ...targets];
	}

	/** The paginator with this type, or with this as an older name. */
	paginator(type: unknown): AnyPaginatorPlugin | undefined {
		return named(this.paginators, type);
	}

	/** The kind of auth with this type. */
	auth(type: unknown): AnyAuthPlugin | undefined {
		return named(this.auths, type);
	}

	/** The decoder with this type. */
	decoder(type: unknown): AnyDecoderPlugin | undefined {
		return named(this.decoders, type);
	}

	/** The target with this beginning of its addresses. */
	targetOf(scheme: string): AnyTargetPlugin | undefined {
		return this.targets.find(({schemes}) => schemes.includes(scheme.toLowerCase()));
	}

	/** The words for file formats: `jsonl`, and `jsonl.gz` for the same in gzip. */
	get formatWords(): string[] {
		return this.formats.flatMap(({type, mayBeGzip}) => (mayBeGzip ? [type, `${type}.gz`] : [type]));
	}

	/** The file format for such a word. */
	format(word: string): NamedFormat | undefined {
		const plain = named(this.formats, word);
		if (plain) return {plugin: plain, isGzip: false};
		const plugin = word.endsWith('.gz') ? named(this.formats, word.slice(0, -3)) : undefined;
		return plugin?.mayBeGzip ? {plugin, isGzip: true} : undefined;
	}

	/** The file format for the extension of a path. */
	formatOf(path: string): NamedFormat | undefined {
		return formatOf(path, this.formats);
	}
}

function withOwn<P extends Plugin>(builtIn: readonly P[], own: readonly P[]): readonly P[] {
	const all = [...builtIn];
	for (const plugin of own) if (!isTaken(plugin, all)) all.push(plugin);
	return all;
}

/** Whether a config could not distinguish the plugin from one of these. */
export function isTaken(plugin: Plugin, others: readonly Plugin[]): boolean {
	const words = others.filter(({kind}) => kind === plugin.kind).flatMap(typesOf);
	return typesOf(plugin).some(type => words.includes(type));
}

function typesOf({type, aliases}: Plugin): string[] {
	return [type, ...aliases];
}

function named<P extends Plugin>(plugins: readonly P[], type: unknown): P | undefined {
	return plugins.find(plugin => typesOf(plugin).some(each => each === type));
}

function isPaginator(plugin: Plugin): plugin is AnyPaginatorPlugin {
	return plugin.kind === 'paginator';
}

function isAuth(plugin: Plugin): plugin is AnyAuthPlugin {
	return plugin.kind === 'auth';
}

function isDecoder(plugin: Plugin): plugin is AnyDecoderPlugin {
	return plugin.kind === 'decoder';
}

function isStep(plugin: Plugin): plugin is AnyStepPlugin {
	return plugin.kind === 'step';
}

function isFormat(plugin: Plugin): plugin is AnyFormatPlugin {
	return plugin.kind === 'format';
}

function isTarget(plugin: Plugin): plugin is AnyTargetPlugin {
	return plugin.kind === 'target';
}

/** The plugins of Sluice alone. */
export const builtIn = new Registry();

const known = new WeakMap<object, Registry>();

/** The registry for a config with this value of its key `plugins`. */
export function registryOf(plugins: unknown): Registry {
	if (!Array.isArray(plugins) || plugins.length === 0) return builtIn;
	const registry = known.get(plugins) ?? new Registry(plugins.filter(isPlugin));
	known.set(plugins, registry);
	return registry;
}
