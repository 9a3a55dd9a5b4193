/** What a walk is asked to do, and where it stands. */

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
import type {Paginator} from '../paging/paginator.ts';
import type {AnswerCheckOptions} from './answer/answer-check.ts';
import type {GuessedSelector} from './answer/guessed-selector.ts';
import type {NextRequest} from './next-request.ts';
import type {SmallerEvent} from './shrink-page.ts';
import type {SyncPart} from './sync.ts';

export interface WalkOptions
	extends Pick<AnswerCheckOptions, 'errorPath' | 'readyPath' | 'missingRows' | 'isSelectorImplied'> {
	/** Opens every message and names the files: `contacts`. */
	readonly name: string;
	/** Relative to the client's base URL, or absolute. @default name */
	readonly path?: string;
	/**
	 * The path is a URL out of an answer: its origin gets credentials only if the client trusts it. @default
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
	 * Path to the records in the response, dlt's `data_selector`: `data`, `result.items`, `groups[*].items`,
	 * JSONPath. @default found in the first response
	 */
	readonly selector?: string;
	/**
	 * Names of the fields that tell records apart. A page whose records have all come before is noticed by them.
	 * @default id, uuid …
	 */
	readonly primaryKey?: readonly string[] | undefined;
	/**
	 * What reads the bodies: `jsonlDecoder`, `csvDecoder()`, `xmlDecoder()`, `autoDecoder`. Rows of CSV need no
	 * selector; in JSON Lines it is a path in each line. @default JSON
	 */
	readonly decoder?: Decoder;
	/** @default singlePage() */
	readonly paginator?: Paginator;
	/** How pages after the first are asked for, where that differs. Goes with cursors and links. */
	readonly nextRequest?: NextRequest;
	/** @internal The token that it begins with, and the one that it ends with. */
	readonly token?: SyncPart;
	/** @internal The resource is this one walk, so that totals of its answers are totals of the resource. */
	readonly isOnly?: boolean;
	/** Replaces the client's; `null` sends none. */
	readonly auth?: Authenticator | null;
	/** What to do about certain answers; go before the rules of the client. */
	readonly responseActions?: readonly (ResponseRule | Decide)[];
	/** @internal What the stages after it look at in records, asked before each request. @default 'rows' */
	readonly needs?: () => Need;
	/** @internal Where rows are found without a selector. @default each walk finds out for itself */
	readonly guessed?: GuessedSelector | undefined;
	/** @internal The keys that the records of one resource have. @default those of this walk alone */
	readonly keyTable?: KeyTable | undefined;
	/**
	 * Ends the walk after the page with a record that this JSONPath filter holds for: `@.updated_at <
	 * '2024-01-01'`.
	 */
	readonly stopWhen?: string;
	/** Number of the first page: of a walk that goes on, how many came before. @default 0 */
	readonly firstNumber?: number;
	/**
	 * Requests under way at once, where the paginator can tell places before their turn; pages come in the same
	 * order all the same. Fewer while the client's pace is slower. @default 1
	 */
	readonly concurrency?: number;
	/**
	 * @internal How many of them this walk may have now, beside others of the same resource. 1: none ahead.
	 * @default concurrency
	 */
	readonly room?: () => number;
	/** Told when a page has to be asked for again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
	/** Told of what may be wrong. What it throws ends the walk. @default nobody is told */
	readonly onWarning?: Warn;
	readonly signal?: AbortSignal;
}

/** Where a walk stands: the place of a page, and how far into its body. */
export type WalkPosition = {
	at: Cursor;
	/** `taken`: rows so far, where a line may have several or none. */
	inside?: BodyPlace & {taken?: number} & {[key: string]: JsonValue};
	/** Fingerprints of rows that may come again. */
	tail?: string[];
	/** Prints of the last rows of the page before, for a run that goes on: they are there, or the list has moved. */
	recent?: string[];
	/** Rows up to the one with this print have been read. Never stored. */
	until?: string;
	/** That of the whole page before, where a page that comes again is the end. */
	last?: string;
	/** What came before this page, and how much the API stated. */
	seen?: SeenSoFar;
	/** The walk looks for these rows before and after where they should have been. Never stored. */
	seek?: {from: Cursor; steps: number; way: 1 | -1; isSecond?: boolean};
};
