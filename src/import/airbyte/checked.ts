/** The problems that `sluice check` would report about a config. */
import {connection as connectionOf} from '../../config/compile/compile.ts';
import {resolveResources} from '../../config/compile/resolve.ts';
import type {ConfigObject} from '../../config/define.ts';
import {loadConfig} from '../../config/load/load.ts';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';

export interface Problem {
	/** The index of its resource; `undefined` for a problem of the whole config. */
	readonly index: number | undefined;
	readonly message: string;
}

/** Checks a config without its secrets, and with these variables. */
export async function problemsOf(config: object, variables: ReadonlyMap<string, string>): Promise<Problem[]> {
	let loaded: Awaited<ReturnType<typeof loadConfig>>;
	try {
		loaded = await loadConfig(config as ConfigObject, {
			env: Object.fromEntries(variables),
			withoutSecrets: true,
		});
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return error.issues.map(({path, message}) => {
			const [, index] = /^resources\[(\d+)\]/.exec(path) ?? [];
			return {index: index === undefined ? undefined : Number(index), message: `${path}: ${message}`};
		});
	}
	const resources = resolveResources(loaded.config);
	const problems: Problem[] = [];
	const connection = connectionOf(loaded.config);
	try {
		for (const [index, resource] of resources.entries()) {
			try {
				connection.extraction(resource, {}).source.destroy();
			} catch (error) {
				problems.push({index, message: messageOf(error)});
			}
		}
	} finally {
		await connection.close();
	}
	return problems;
}
