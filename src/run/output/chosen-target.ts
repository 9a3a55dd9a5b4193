/** The target that an output names, with its options and its spool. */
import {createHash} from 'node:crypto';
import {chmod, mkdir} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {addressOf, type OutputAddress} from '../../config/load/output-place.ts';
import {optionsIn} from '../../config/schema/plugin.ts';
import {ConfigError} from '../../core/errors.ts';
import {explainFileErrors} from '../../core/files/durable.ts';
import type {JsonObject} from '../../core/json/json.ts';
import type {Values} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import type {TargetParts, TargetPlace} from '../../plugins/target.ts';
import type {Target} from '../../state/target.ts';
import {stateHome, variablesOf} from '../load-config.ts';

export interface ChosenTarget extends OutputAddress, TargetPlace {
	parts(): Promise<TargetParts>;
	/** Opens the dataset with this name. */
	open(name: string, writer: string): Promise<Target>;
}

interface Configured {
	readonly target?: {readonly type: string; readonly options: Values} | undefined;
	readonly spool?: string | null | undefined;
}

interface Surroundings {
	readonly registry?: Registry | undefined;
	readonly env?: NodeJS.Dict<string> | undefined;
	readonly cwd?: string;
}

/** `undefined` for a folder. */
export function chosenTarget(
	output: string,
	{target: given, spool}: Configured = {},
	{registry, env, cwd = '.'}: Surroundings = {},
): ChosenTarget | undefined {
	const address = addressOf(output, registry);
	if (!address) return undefined;
	const {plugin, shown} = address;
	const [word = '', ...rest] = address.url.split(':');
	const path = rest.join(':');
	// `delta:s3://bucket/prefix` names a bucket.
	const isPath = plugin.isPath && !path.includes('://');
	const url = isPath ? `${word}:${resolve(cwd, path)}` : address.url;
	const identity = isPath ? url : address.identity;
	if (given && given.type !== plugin.type)
		throw new ConfigError(
			`output.target has the type ${given.type}, and output ${shown} is of ${plugin.type}. Make them ` +
				'the same',
		);
	const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
	const place = {
		...{...address, url, env: variablesOf(env)},
		spool: join(spool == null ? join(stateHome(env), 'sluice') : resolve(cwd, spool), name),
	};
	let made: Promise<TargetParts> | undefined;
	const parts = (): Promise<TargetParts> => {
		made ??= plugin.make(given?.options ?? {});
		return made;
	};
	return {
		...place,
		parts,
		async open(dataset, writer) {
			await explainFileErrors(dataset, place.spool, async () => {
				await mkdir(place.spool, {recursive: true, mode: 0o700});
				// It has the rows of its owner.
				await chmod(place.spool, 0o700);
			});
			return (await parts()).open({...place, name: dataset, writer});
		},
	};
}

/** A database has no files whose format a user could choose. */
export function refuseFormat(
	{plugin, shown}: ChosenTarget,
	{format, compression}: {readonly format: string | undefined; readonly compression: string | undefined},
): void {
	const given = format !== undefined ? `the format ${format}` : `compression ${compression}`;
	if (format === undefined && compression === undefined) return;
	throw new ConfigError(
		`output ${shown} is of ${plugin.type}, whose tables have a form of their own. Leave out ${given}, ` +
			'or write to a folder',
	);
}

/** The target for commands that do not check the config: of its options, they take those that fit. */
export function writtenTarget(
	output: string,
	{target, spool}: {readonly target?: JsonObject | undefined; readonly spool?: string | undefined},
	{env, registry}: Surroundings = {},
): ChosenTarget | undefined {
	const address = addressOf(output, registry);
	if (!address) return undefined;
	const {type, fields} = address.plugin;
	const given = target && {type: String(target.type), options: optionsIn(fields, {...target})};
	return chosenTarget(output, {...(given?.type === type && {target: given}), spool}, {env, registry});
}
