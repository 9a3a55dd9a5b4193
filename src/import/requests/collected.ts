/** One request of a file with many: the source of a resource. Its texts are those of a config. */

import type {JsonValue} from '../../core/json/json.ts';
import type {JsonRecord} from '../../core/page.ts';
import {isObject} from '../../core/path/path.ts';
import {detect, selector} from '../../core/path/selector.ts';
import type {ImportedBody, Pair} from '../imported-request.ts';

export interface CollectedRequest {
	/** A name for messages: `Contacts / List`. */
	readonly label: string;
	/** Uppercase. */
	readonly method: string;
	/** The origin, or a variable with it: `https://api.example.com`, `${BASE_URL}`. */
	readonly origin: string;
	/** The path with its parameters in braces: `/users/{id}/posts`. Other braces are doubled. */
	readonly path: string;
	/** Values of these parameters, as far as the file has them. */
	readonly pathValues: Readonly<Record<string, string>>;
	readonly params: readonly Pair[];
	readonly headers: readonly Pair[];
	/** The value of `auth`. @default none */
	readonly auth?: object | undefined;
	readonly body?: ImportedBody | undefined;
	/** Remarks on parts that were left out or changed. */
	readonly notes: readonly string[];
	readonly answer?: CollectedAnswer | undefined;
}

export interface CollectedAnswer {
	/** Lower-case names. */
	readonly headers: Record<string, string>;
	readonly body: JsonValue;
}

export interface Sample {
	readonly selector: string;
	readonly rows: readonly JsonRecord[];
	readonly received: number;
	readonly isList: boolean;
}

/** The rows of an answer. */
export function sampleOf({body}: CollectedAnswer): Sample | undefined {
	if (!Array.isArray(body) && !isObject(body)) return undefined;
	const path = detect(body);
	try {
		const {records, received, isList} = selector(path).select(body);
		return {selector: path, rows: [...records], received, isList};
	} catch {
		return undefined;
	}
}
