/** `sluice run` in this process: a config file, its resources one after the other, into folders of files. */
import {connection} from '../../src/config/compile/compile.ts';
import {resourceFingerprint} from '../../src/config/compile/fingerprint.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {type LoadOptions, loadConfig} from '../../src/config/load/load.ts';
import {formatNeedsOf} from '../../src/config/output/format-needs.ts';
import type {FormatName} from '../../src/core/format-names.ts';
import type {Counts} from '../../src/core/stage.ts';
import type {ClientOptions} from '../../src/http/client-options.ts';
import {Emitter} from '../../src/run/emitter.ts';
import {extract} from '../../src/run/extract.ts';
import {Targets} from '../../src/run/output/targets.ts';

export interface RunConfigOptions extends LoadOptions, Pick<ClientOptions, 'sleep' | 'onEvent'> {
	/** Gets one folder a resource. */
	readonly output: string;
	/** @default 'parquet' */
	readonly format?: FormatName;
	/** @default false */
	readonly fullRefresh?: boolean;
}

/** What each resource came to. Throws the first failure. */
export async function runConfig(
	path: string,
	{output, format = 'parquet', fullRefresh = false, sleep, onEvent, ...load}: RunConfigOptions,
): Promise<Record<string, Counts>> {
	const {config} = await loadConfig(path, load);
	const api = connection(config, {...(sleep && {sleep}), ...(onEvent && {onEvent})});
	const resources = resolveResources(config);
	const emitter = new Emitter();
	const outputs = new Targets(() => ({path: output, format}), emitter);
	const results: Record<string, Counts> = {};
	try {
		for (const resource of resources) {
			const destination = await outputs.open(resource, {
				fullRefresh,
				isLimited: false,
				names: [],
				replacing: [],
				maxRejects: undefined,
				definition: resourceFingerprint(
					resource,
					config,
					name => resources.find(each => each.name === name) ?? resource,
				),
			});
			const formatNeeds = formatNeedsOf(format, undefined);
			const {counts, error} = await extract(resource.name, {
				destination,
				extraction: api.extraction(resource, {...formatNeeds, ...destination.extraction}),
				emitter,
				signal: new AbortController().signal,
			});
			if (error !== undefined) throw error;
			results[resource.name] = counts;
		}
	} finally {
		await outputs.close();
		await api.close();
	}
	return results;
}
