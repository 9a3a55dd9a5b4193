/** The options of a walk, and its position. */

import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import type {KeyTable} from '../../core/records/key-table.ts';
import type {Need} from '../../core/records/need.ts';
import type {Warn} from '../../core/warning.ts';
import type {Authenticator} from '../../http/auth/authenticator.ts';
import type {BodyPlace, Decoder} from '../../http/decode/decoder.ts';
import type {RequestBody} from '../../http/request.ts';
import type {Decide, ResponseRule} from '../../http/rules/response-rules.ts';
import type {QueryValue} from '../../http/url.ts';
import type {SeenSoFar} from '../completeness/seen.ts';
import type {FillPage} from '../paging/page-values.ts';
import type {Paginator} from '../paging/paginator.ts';
import type {AnswerCheckOptions} from './answer/answer-check.ts';
import type {GuessedSelector} from './answer/guessed-selector.ts';
import type {NextRequest} from './next-request.ts';
import type {SmallerEvent} from './shrink-page.ts';
import type {SyncPart} from './sync.ts';

export interface WalkOptions
	extends Pick<AnswerCheckOptions, 'errorPath' | 'readyPath' | 'missingRows' | 'isSelectorImplied'> {
	/** The name of the resource: it begins every message and names the files: `contacts`. */
	readonly name: string;
	/** Relative to the client's base URL, or absolute. @default name */
	readonly path?: string;
	/**
	 * The path is a URL from an answer: its origin gets credentials only if the client trusts it. @default
	 * false
	 */
	readonly isLink?: boolean;
	/** @default 'GET' */
	readonly method?: string;
	/** Query parameters. `null` and `undefined` are left out, lists repeated. */
	readonly params?: Readonly<Record<string, QueryValue>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: RequestBody;
	/**
	 * Path to the records in the response, `data_selector` in dlt: `data`, `result.items`, `groups[*].items`,
	 * JSONPath. @default found in the first response
	 */
	readonly selector?: string;
	/**
	 * Names of the fields that identify records. They are used to notice a page whose records have all come
	 * before.
	 * @default id, uuid …
	 */
	readonly primaryKey?: readonly string[] | undefined;
	/**
	 * The decoder of the bodies: `jsonlDecoder`, `csvDecoder()`, `xmlDecoder()`, `autoDecoder`. Rows of CSV
	 * need no selector; in JSON Lines it is a path in each line. @default JSON
	 */
	readonly decoder?: Decoder;
	/** @default singlePage() */
	readonly paginator?: Paginator;
	/** Puts the values of each page into its request. */
	readonly perPage?: FillPage;
	/** How pages after the first are requested, where that differs. Works with cursors and links. */
	readonly nextRequest?: NextRequest;
	/** @internal The sync token: where the walk gets it, and how it stores the next one. */
	readonly token?: SyncPart;
	/** @internal The resource has only this walk, so totals of its answers are totals of the resource. */
	readonly isOnly?: boolean;
	/** Replaces the authenticator of the client; `null` sends no credentials. */
	readonly auth?: Authenticator | null;
	/** Rules for certain answers. They take precedence over those of the client. */
	readonly responseActions?: readonly (ResponseRule | Decide)[];
	/** @internal What the later stages look at in records; called before each request. @default 'rows' */
	readonly needs?: () => Need;
	/** @internal Where rows are, for resources without a selector. @default each walk detects it */
	readonly guessed?: GuessedSelector | undefined;
	/** @internal The table of keys in the records of one resource. @default a table for this walk alone */
	readonly keyTable?: KeyTable | undefined;
	/**
	 * Ends the walk after the page with a record that this JSONPath filter holds for: `@.updated_at <
	 * '2024-01-01'`. In a config, also an expression about the page: `{{ response.done }}`.
	 */
	readonly stopWhen?: string;
	/** Number of the first page. For a resumed walk, the number of pages that came before. @default 0 */
	readonly firstNumber?: number;
	/**
	 * Requests under way at once, where the paginator can compute places before their turn; pages still come in
	 * the same order. There are fewer while the rate limit of the client is lower. @default 1
	 */
	readonly concurrency?: number;
	/**
	 * Whether pages are requested before their turn only if the answers so far make them probable: after a full
	 * page, and up to a total that the server states. @default false
	 */
	readonly isCareful?: boolean;
	/**
	 * @internal How many requests this walk may have under way now, beside other walks of the same resource. 1:
	 * none ahead.
	 * @default concurrency
	 */
	readonly room?: () => number;
	/** Called when a page has to be requested again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
	/** Called with each warning. An error that it throws ends the walk. @default no warnings */
	readonly onWarning?: Warn;
	readonly signal?: AbortSignal;
}

/** The position of a walk: the place of a page, and how far into its body the walk is. */
export type WalkPosition = {
	at: Cursor;
	/** `taken`: the number of rows so far, where a line may have several or none. */
	inside?: BodyPlace & {taken?: number} & {[key: string]: JsonValue};
	/** Fingerprints of rows that may come again. */
	tail?: string[];
	/**
	 * Prints of the last rows of the page before, for a resumed run: if they are missing, the list has moved.
	 */
	recent?: string[];
	/** Rows up to the one with this print have been read. Never stored. */
	until?: string;
	/** The print of the whole page before, where a page that comes again is the end. */
	last?: string;
	/** What came before this page, and the totals that the API stated. */
	seen?: SeenSoFar;
	/** The walk searches for these rows before and after their expected place. Never stored. */
	seek?: {from: Cursor; steps: number; way: 1 | -1; isSecond?: boolean};
};
