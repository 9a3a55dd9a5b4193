/**
 * The sync token of a walk: the walk begins with the token of the run before, and ends with the one for the
 * next.
 */
import {ConfigError, PaginationError, RequestError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, parse} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import type {Warn} from '../../core/warning.ts';
import {judge} from '../../http/rules/response-rules.ts';
import type {PageStart, Paginator, RequestDraft} from '../paging/paginator.ts';
import {setParameter} from '../paging/request-draft.ts';
import type {SyncPart} from './sync.ts';

export interface SyncWalk {
	/** The request with the token in it. */
	draft(base: RequestDraft): RequestDraft;
	/** The place where the walk begins. */
	first(paginator: Paginator): Cursor;
	/** Notes a whole page with this number of rows. */
	answered(rows: number): void;
	/**
	 * Whether the walk begins anew without the token, as the server no longer accepts it. Throws where that is
	 * a failure.
	 */
	startsOver(error: unknown): boolean;
	/**
	 * Reads the token in the last answer. Throws where it is missing. `trusted` turns a link into one that may
	 * be stored.
	 */
	end(answer: PageStart, trusted: (link: string) => string): void;
	/** The change of the state that goes out with the current page. */
	patch(): {state?: JsonObject};
}

const links = ['json_link', 'header_link'];

export function syncWalk(sync: SyncPart | undefined, {name, isResumed, warn}: SyncSurroundings): SyncWalk {
	if (!sync) return none;
	const {path, where, keep, onExpired} = sync;
	const read = parsePath(path);
	const isExpired = expiry(sync);
	let {start} = sync;
	let isAnswered = false;
	// Pages before the place of a resumed run count as having had rows.
	let hadRows = isResumed;
	let state: JsonObject | undefined;

	return {
		draft: base => (start !== undefined && where ? setParameter(base, where, start) : base),
		first(paginator) {
			if (!where && !links.includes(paginator.name))
				throw new ConfigError(
					`${name}: sync by a link goes with ${links.join(' and ')}, not with ${paginator.name}`,
				);
			return start !== undefined && !where ? start : paginator.first;
		},
		answered(rows) {
			isAnswered = true;
			hadRows ||= rows > 0;
		},
		startsOver(error) {
			if (start === undefined || isAnswered || !isExpired(error)) return false;
			if (onExpired === 'fail') throw expired(error as RequestError);
			const message = 'the server no longer takes the sync token of the last run; everything is read again';
			warn?.({code: 'sync-token-expired', resource: name, message});
			start = undefined;
			// A run that resumes in the middle of this walk must not send the token again.
			state = keep(null);
			return true;
		},
		end({body, url}, trusted) {
			const value = read.first(body);
			if (value === undefined || value === null || value === '' || (!where && typeof value !== 'string')) {
				// Some servers give no new token when nothing has changed.
				if (start !== undefined && !hadRows) return;
				throw new PaginationError(missing(path, body, where ? 'token' : 'link'));
			}
			state = keep(where ? value : trusted(linkIn(value as string, url)));
		},
		patch() {
			const patch = state === undefined ? {} : {state};
			state = undefined;
			return patch;
		},
	};
}

interface SyncSurroundings {
	readonly name: string;
	readonly isResumed: boolean;
	readonly warn: Warn | undefined;
}

const none: SyncWalk = {
	draft: base => base,
	first: ({first}) => first,
	answered() {},
	startsOver: () => false,
	end() {},
	patch: () => ({}),
};

function expiry({expiredWhen}: SyncPart): (error: unknown) => boolean {
	const verdict = judge(expiredWhen.map(rule => ({...rule, action: 'fail' as const})));
	return error => {
		if (!(error instanceof RequestError) || error.isRuled || error.status === undefined) return false;
		const {status, body: text = ''} = error;
		return verdict({status, headers: {}, text, value: jsonIn(text)}) !== undefined;
	};
}

function jsonIn(text: string): JsonValue | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}

function expired({message, code, method, url, attempts, status, body, cause}: RequestError): RequestError {
	const advice =
		'The server no longer takes the sync token of the last run, so what has changed since is not known. ' +
		'Read all again with --full-refresh, or let runs do so by themselves with sync: {on_expired: ' +
		'full_resync}';
	return new RequestError(`${message.replace(/\.?$/, '')}. ${advice}`, {
		code,
		method,
		url,
		attempts,
		status,
		body,
		cause,
	});
}

function linkIn(text: string, base: URL): string {
	const link = URL.canParse(text, base.href) ? new URL(text, base) : undefined;
	if (link && /^https?:$/.test(link.protocol)) return link.href;
	throw new PaginationError(`the sync link ${JSON.stringify(text)} is not a URL that can be followed`);
}

function missing(path: string, body: JsonValue, what: string): string {
	const found = isObject(body) ? `; found: ${Object.keys(body).slice(0, 12).join(', ')}` : '';
	return (
		`the last answer has no sync ${what} at "${path}"${found}. Without it the next run would not know ` +
		'what has changed'
	);
}
