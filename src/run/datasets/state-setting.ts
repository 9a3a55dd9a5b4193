/** Applies the settings of `sluice state set` to a state. */
import {ConfigError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, parse} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject, parsePath} from '../../core/path/path.ts';

/** The state with one setting: an object replaces it, `path=value` sets one value. */
export function applySetting(state: JsonObject, setting: string): JsonObject {
	if (setting.trimStart().startsWith('{')) return asState(setting);
	const at = setting.indexOf('=');
	if (at < 1)
		throw new ConfigError(`state set: cannot read ${JSON.stringify(setting)}; write JSON, or path=value`);
	const [path, text] = [setting.slice(0, at), setting.slice(at + 1)];
	const steps = stepsOf(state, path);
	const old = steps.reduce<JsonValue | undefined>(
		(owner, step) => (isObject(owner) ? ownValue(owner, step) : undefined),
		state,
	);
	return withValue(state, steps, alike(valueIn(text), old));
}

function asState(text: string): JsonObject {
	try {
		const value = parse(text);
		if (isObject(value)) return value;
	} catch (error) {
		throw new ConfigError(`state set: not JSON: ${(error as Error).message}`);
	}
	throw new ConfigError('state set: the state is a JSON object');
}

function valueIn(text: string): JsonValue {
	try {
		return parse(text);
	} catch {
		return text;
	}
}

// A day in place of a time becomes its first moment: a lag counts days where the cursor is a date, and
// seconds elsewhere.
function alike(value: JsonValue, old: JsonValue | undefined): JsonValue {
	const [, zone] = (typeof old === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(.*)$/.exec(old)) || [];
	const isDay = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
	return isDay && zone !== undefined ? `${value}T00:00:00${zone}` : value;
}

// The keys of a state are paths themselves: `meta.updated_at` is taken as one key before it is taken as two.
function stepsOf(state: JsonObject, path: string): string[] {
	const own = Object.keys(state).find(key => path === key || path.startsWith(`${key}.`));
	if (own !== undefined)
		return [
			own,
			...path
				.slice(own.length + 1)
				.split('.')
				.filter(Boolean),
		];
	const steps = parsePath(path).steps?.map(step => (step !== '*' && 'key' in step ? step.key : undefined));
	if (!steps || steps.includes(undefined)) throw new ConfigError(`state set: ${path} is not a path of keys`);
	return steps.filter(step => step !== undefined);
}

function withValue(
	owner: JsonValue | undefined,
	[step, ...rest]: readonly string[],
	value: JsonValue,
): JsonObject {
	const object = isObject(owner) ? owner : {};
	if (step === undefined) return object;
	return {...object, [step]: rest.length === 0 ? value : withValue(ownValue(object, step), rest, value)};
}
