/** The rows of every resource of a config, as the API sent them. */
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {parseConfig} from './parse-config.ts';

export async function readConfig(config: object): Promise<Record<string, JsonRecord[]>> {
	const parsed = parseConfig(config);
	const api = connection(parsed, {sleep: async () => {}});
	const rows: Record<string, JsonRecord[]> = {};
	try {
		for (const resource of resolveResources(parsed)) {
			const found: JsonRecord[] = [];
			for await (const page of api.extraction(resource, {typed: false}).source) found.push(...page.records);
			rows[resource.name] = found;
		}
	} finally {
		await api.close();
	}
	return rows;
}
