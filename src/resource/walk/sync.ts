/** A token or link in the last answer of a run, with which the next run asks for what has changed since. */
import {ConfigError, StateError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import type {ResponseRule} from '../../http/rules/response-rules.ts';
import {type ParameterPlace, target} from '../paging/request-draft.ts';

export interface SyncOptions {
	/** Path of the token in the last answer: `nextSyncToken`. Either this or `linkPath`. */
	readonly tokenPath?: string;
	/**
	 * The query parameter in which the next run sends the token. One of the three `token…` targets is needed
	 * with `tokenPath`.
	 */
	readonly tokenParam?: string;
	/** Dotted path in the JSON body where the next run sends the token. */
	readonly tokenBodyPath?: string;
	/** The request header in which the next run sends the token. */
	readonly tokenHeader?: string;
	/**
	 * Path of the link in the last answer with which the next run begins: `@odata.deltaLink`. Works with
	 * `jsonLink()` and `headerLink()`.
	 */
	readonly linkPath?: string;
	/**
	 * Answers with which the server reports that it no longer accepts the token, as conditions of response
	 * rules.
	 * @default [{status: 410}]
	 */
	readonly expiredWhen?: readonly Omit<ResponseRule, 'action' | 'message' | 'wait'>[];
	/**
	 * What happens then. `full_resync`: everything is read again, with a warning. `fail`: the run fails.
	 * @default 'fail'
	 */
	readonly onExpired?: 'fail' | 'full_resync';
}

/** The part of it that one walk needs. */
export interface SyncPart extends Required<Pick<SyncOptions, 'expiredWhen' | 'onExpired'>> {
	/** Path to the token or the link. */
	readonly path: string;
	/** The parameter for the token; absent for a link. */
	readonly where?: ParameterPlace;
	/** The token or link of the run before. */
	readonly start?: JsonValue;
	/**
	 * The change of the state when the walk has ended with this token or link, or with null, when it is to be
	 * removed.
	 */
	keep(value: JsonValue): JsonObject;
}

/** What is stored under `sync`, or, for a child, under `sync` and the values of its parent. */
export type SyncState = {token?: JsonValue; link?: string};

/**
 * Tokens by parent; `''` for a resource without one. `state` is the sum of the states of all earlier pages.
 */
export function syncTokens(
	name: string,
	options: SyncOptions,
	state: JsonObject,
): (parent: string) => SyncPart {
	const {tokenPath, linkPath, tokenParam, tokenBodyPath, tokenHeader, onExpired = 'fail'} = options;
	const {expiredWhen = [{status: 410}]} = options;
	const path = tokenPath ?? linkPath;
	const places = [tokenParam, tokenBodyPath, tokenHeader].filter(place => place !== undefined);
	if (path === undefined || (tokenPath !== undefined && linkPath !== undefined))
		throw new ConfigError(`${name}: sync: expected either tokenPath or linkPath`);
	if (places.length !== (tokenPath === undefined ? 0 : 1))
		throw new ConfigError(
			`${name}: sync: a token is sent in one of tokenParam, tokenBodyPath, tokenHeader; a link in none`,
		);
	const inQueryOrBody = target(tokenParam, tokenBodyPath, '');
	const where =
		tokenPath === undefined ? undefined : tokenHeader === undefined ? inQueryOrBody : {header: tokenHeader};
	// A parent that comes twice in a run was read the first time.
	const kept: JsonObject = {...state};

	return parent => {
		const key = parent === '' ? 'sync' : `sync ${parent}`;
		const start = startIn(name, kept, key, where === undefined ? 'link' : 'token');
		return {
			path,
			expiredWhen,
			onExpired,
			...(where && {where}),
			...(start !== undefined && {start}),
			keep(value) {
				const entry: SyncState | null =
					value === null ? null : where ? {token: value} : {link: value as string};
				kept[key] = entry as JsonValue;
				return {[key]: entry as JsonValue};
			},
		};
	};
}

function startIn(name: string, state: JsonObject, key: string, what: keyof SyncState): JsonValue | undefined {
	const entry = ownValue(state, key) ?? null;
	if (entry === null) return undefined;
	const value = isObject(entry) ? ownValue(entry as JsonObject, what) : undefined;
	if (value !== undefined && value !== null && (what === 'token' || typeof value === 'string')) return value;
	throw new StateError(
		`${name}: the state under ${JSON.stringify(key)} holds no ${what}; read all again with --full-refresh`,
	);
}
