/**
 * Loads a config file as a typed config: discovery, overrides, interpolation and validation. It reports all
 * problems at once.
 */
import {dirname, join, resolve} from 'node:path';
import {ConfigError, type ConfigIssue} from '../../core/errors.ts';
import {scrub} from '../../core/secret.ts';
import {environmentProxies, type Proxies} from '../../http/connection/proxy.ts';
import {type Registry, registryOf} from '../../plugins/registry.ts';
import type {ConfigObject} from '../define.ts';
import type {Finding} from '../finding.ts';
import type {Config} from '../schema/config.ts';
import {asObject, type ConfigPath, formatPath} from '../tree.ts';
import {discover, shortPath} from './discover.ts';
import {readEnvFile} from './env-file.ts';
import {loadExpressions} from './expressions.ts';
import {interpolate} from './interpolate.ts';
import type {Locate} from './locate.ts';
import {override} from './override.ts';
import {loadPlugins} from './plugins.ts';
import {hideSecrets, maskSecrets, readSecrets} from './secrets.ts';
import {objectSource, readSource} from './source.ts';
import {validate} from './validate.ts';

export interface LoadOptions {
	/** Variables for `${NAME}` and `${secrets.…}`: pass `process.env`. @default {} */
	readonly env?: NodeJS.Dict<string>;
	/**
	 * Values for `${secrets.NAME}`, which precede those of the environment and of files: `{'api.key': '…'}`.
	 * @default none
	 */
	readonly secrets?: Readonly<Record<string, string>>;
	/** A file of `NAME=value` lines. `env` takes precedence. A missing file is an error. */
	readonly envFile?: string;
	/** Overrides, `a.b[0].c=value`, which are applied in order before the interpolation. @default [] */
	readonly set?: readonly string[];
	/**
	 * The folder in which discovery starts, and from which relative paths start, including those in a config
	 * that is an object.
	 * @default the current folder
	 */
	readonly cwd?: string;
	/**
	 * Whether secrets that are not set get a placeholder, which no server accepts: for a replay, or a check.
	 * @default false
	 */
	readonly withoutSecrets?: boolean | undefined;
	/** The `args` of a config that is a function. @default [] */
	readonly args?: readonly string[];
}

export interface LoadedConfig {
	/** The absolute path of the file; for an object, the path that a file in its place would have. */
	readonly path: string;
	/** Its name in messages: the path as it was given, or `config`. */
	readonly name: string;
	readonly config: Config;
	/** The same config with `***` for every secret, for printing. */
	readonly masked: Config;
	/** The proxies in `HTTP_PROXY` and similar variables, in the environment and the file of variables. */
	readonly proxies: Proxies;
	/** The file of certificates in the variable `NODE_EXTRA_CA_CERTS` of the environment. */
	readonly extraAuthorities?: string;
}

/** The name of a config that is an object. */
const OBJECT = 'config';

/**
 * Loads a config from a file, or from an object, which has the form of a JavaScript config. Without either,
 * it searches for a file with a usual name, from `cwd` upward. Throws one `ConfigError` with every problem,
 * its line and column. From then on no message shows a secret of this config.
 */
export async function loadConfig(
	source?: string | ConfigObject,
	options: LoadOptions = {},
): Promise<LoadedConfig> {
	const {file, name, variables, locate, originOf, overridden, filled, unplugged} = await readTree(
		source,
		options,
	);
	const unreadable = new Set(filled.problems.map(problem => formatPath(problem.path)));
	hideSecrets(filled.tree, unreadable);

	// Without a plugin, all its uses would be reported as well.
	if (unplugged.length > 0) throw new ConfigError(toIssues(unplugged, locate, []), name);
	const result = validate(filled.tree, [...overridden.alternatives, ...filled.alternatives]);
	// A text that could not be filled in gets no second message about its shape.
	const others = result.findings.filter(({path: at}) => !unreadable.has(formatPath(at)));
	const issues = [
		...toIssues(overridden.problems, () => undefined, []),
		...toIssues(
			[...filled.problems, ...others].map(finding => {
				const origin = originOf?.(finding.path, finding.atKey);
				return origin === undefined ? finding : {...finding, message: `${finding.message} (in ${origin})`};
			}),
			locate,
			overridden.paths,
		),
	];
	if (!result.config || issues.length > 0) throw new ConfigError(issues, name);
	return {
		path: file,
		name,
		config: result.config,
		masked: maskSecrets(result.config, filled.secrets),
		proxies: environmentProxies(variables),
		...(options.env?.NODE_EXTRA_CA_CERTS !== undefined && {
			extraAuthorities: options.env.NODE_EXTRA_CA_CERTS,
		}),
	};
}

/**
 * The plugins of a config whose other parts may be wrong. Throws a `ConfigError` if the file or one of its
 * plugins cannot be read.
 */
export async function pluginsOfConfig(
	path: string | undefined,
	options: LoadOptions = {},
): Promise<Registry> {
	const {filled, unplugged, name, locate} = await readTree(path, options);
	if (unplugged.length > 0) throw new ConfigError(toIssues(unplugged, locate, []), name);
	return registryOf(asObject(filled.tree).plugins);
}

/** The config as a tree with values filled in and plugins loaded, and the problems in doing so. */
async function readTree(
	source: string | ConfigObject | undefined,
	{env = {}, envFile, secrets: given = {}, set = [], cwd = '.', args = [], withoutSecrets}: LoadOptions,
) {
	const isObject = typeof source === 'object';
	const file = isObject
		? join(resolve(cwd), OBJECT)
		: source === undefined
			? await discover(cwd)
			: resolve(cwd, source);
	const name = isObject ? OBJECT : (source ?? shortPath(file, cwd));
	const variables =
		envFile === undefined ? env : over(await readEnvFile(resolve(cwd, envFile), envFile), env);
	const input = {env: variables, args};
	const {tree, locate, originOf} = isObject
		? await objectSource(source, file, name, input)
		: await readSource(file, name, input);
	const overridden = override(tree, set);
	const secrets = await readSecrets(dirname(file), variables, given);
	const filled = interpolate(tree, {env: variables, secrets, folder: dirname(file), withoutSecrets});
	const unplugged = await loadPlugins(filled.tree, dirname(file));
	await loadExpressions(filled.tree);
	return {file, name, variables, locate, originOf, overridden, filled, unplugged};
}

// An empty variable does not hide that of the file, as CI sets unknown variables to an empty text.
function over(file: NodeJS.Dict<string>, env: NodeJS.Dict<string>): NodeJS.Dict<string> {
	const given = Object.entries(env).filter(([name, value]) => value !== '' || !file[name]);
	return {...file, ...Object.fromEntries(given)};
}

// The issues in the order of the file. A problem from outside the file has no line, and comes first.
function toIssues(
	found: readonly Finding[],
	locate: Locate,
	overrides: readonly ConfigPath[],
): ConfigIssue[] {
	const issues = found.map(({path, message, atKey}): ConfigIssue => {
		const place = locate(path, atKey);
		const fromOutside = overrides.some(changed => changed.every((step, depth) => step === path[depth]));
		const issue = {path: formatPath(path), message: scrub(message)};
		if (fromOutside) return {...issue, message: `${issue.message} (from --set)`};
		return place ? {...issue, ...place} : issue;
	});
	return issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
