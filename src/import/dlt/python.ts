/** Runs a Python file, and takes the configs that dlt's rest_api source gets in it. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {text as textOf} from 'node:stream/consumers';
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import {literal} from '../imported-request.ts';
import {isSecretByName, type Secrets} from '../requests/secrets.ts';
import {instanceOf} from './classes.ts';
import type {Found, FoundConfig} from './program.ts';
import {recorder} from './recorder.ts';
import {PythonFunction, Unknown} from './values.ts';

export interface PythonOptions {
	readonly from: string;
	/** The command, with its options: `uv run python`. */
	readonly python: string;
	/** Gets the values of secrets that the file has, or takes from the environment. */
	readonly secrets: Secrets;
	readonly signal: AbortSignal;
}

export async function recordedConfigs({from, python, secrets, signal}: PythonOptions): Promise<Found> {
	const [command = 'python3', ...words] = python.split(/\s+/).filter(Boolean);
	const child = spawn(command, [...words, '-c', recorder, from], {
		stdio: ['ignore', 'pipe', 'inherit'],
		signal,
	});
	const ended = once(child, 'close');
	let output: string;
	let code: unknown;
	try {
		[output, [code]] = await Promise.all([textOf(child.stdout), ended]);
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		throw new ConfigError(`--python ${python} cannot be run: ${messageOf(error)}`);
	}
	const lines = output.split('\n').filter(Boolean);
	if (lines.length === 0)
		throw new ConfigError(
			code === 0
				? `${from} ran, and gave rest_api_source nothing`
				: `${from} failed before it gave rest_api_source a config; its own message is above`,
		);
	const configs = lines.map((line): FoundConfig => {
		const {name, config} = JSON.parse(line) as {name: string; config: unknown};
		const value = asValue(config, '', secrets);
		return {name, config: isPlainObject(value) ? value : {}, line: 0};
	});
	return {configs, remarks: [`${from} was run by ${python}: values of its environment are in the config`]};
}

const reference = /^\$\{secrets\.[\w.-]+\}$/;

/** What the recorder printed, as a value of a Python file. */
function asValue(given: unknown, key: string, secrets: Secrets): unknown {
	if (typeof given === 'string') {
		if (reference.test(given)) return given;
		const isSecret = given !== '' && (isSecretByName(key) || key === 'api_key');
		return isSecret ? secrets.reference(key, given) : literal(given);
	}
	if (Array.isArray(given)) return given.map(item => asValue(item, key, secrets));
	if (!isPlainObject(given)) return given;
	const {$class: cls, $function: name, $object: object} = given;
	if (typeof cls === 'string') return instance(cls, given, secrets) ?? new Unknown(cls, 0);
	if (typeof name === 'string')
		return new PythonFunction(
			name.replace('<lambda>', 'lambda'),
			given.parameters as string[],
			String(given.source),
		);
	if (typeof object === 'string') return new Unknown(object, 0);
	return Object.fromEntries(
		Object.entries(given).map(([each, item]) => [each, asValue(item, each, secrets)]),
	);
}

function instance(cls: string, {values, named}: PlainObject, secrets: Secrets): unknown {
	const made = instanceOf(cls, values as unknown[], named as PlainObject);
	return made && asValue(made, '', secrets);
}
