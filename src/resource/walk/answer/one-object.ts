/** Objects in place of a list that are no records: a job that still runs, an invitation to sign in. */
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import type {Warn} from '../../../core/warning.ts';
import {isUrlText, plainName} from '../../paging/known-places.ts';

const running = /^(running|queued|pending|in[ _-]?progress|processing|started|accepted|submitted|waiting)$/i;
const jobKey =
	/^((job|task|export|report|query|operation|execution|batch)(id)?|progress|percent(complete)?|(queue)?position|eta)$/;
const signInKey = /^(log-?in|sign-?in|auth)(_?(url|uri|link))?$/i;
const signInPlace = /(^|\/)(log-?in|sign-?in|sso)\/?$/i;

interface Told {
	readonly name: string;
	readonly isSelectorImplied?: boolean | undefined;
	readonly onWarning?: Warn;
}

/** Warns of an object that was read as one record and looks like none. */
export function tellOfNoRecord(value: JsonValue, {name, isSelectorImplied, onWarning}: Told): void {
	const found = isObject(value) && !isSelectorImplied ? notRecord(value as JsonObject) : undefined;
	if (found === undefined) return;
	const message =
		`the API says, at ${found}, in an object that was read as one record. If it is one, declare it with ` +
		'data_selector: $ ; if its rows come later, say so with ready_path';
	onWarning?.({code: 'api-warning', resource: name, message});
}

// The field that shows that an object is no record: `"state" is "RUNNING"`.
function notRecord(body: JsonObject): string | undefined {
	const entries = Object.entries(body);
	const isJob = entries.some(([key]) => jobKey.test(plainName(key)));
	for (const [key, value] of entries) {
		// BigQuery says so.
		if (value === false && /^job_?complete$/i.test(key)) return `"${key}" is false`;
		if (typeof value !== 'string') continue;
		const isRunning = isJob && /^(status|state)$/i.test(key) && running.test(value);
		const isSignIn = entries.length <= 3 && signInKey.test(key) && isUrlText(value);
		if (isRunning || isSignIn) return `"${key}" is ${JSON.stringify(value.slice(0, 200))}`;
	}
	return undefined;
}

/** Whether a redirect led from the path of a resource to a place to sign in. */
export function isSignIn({pathname}: URL, path = ''): boolean {
	return signInPlace.test(pathname) && !signInPlace.test(path.replace(/[?#].*/s, ''));
}
