/** The folders of the tables of a config. */
import {isAbsolute, normalize} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {ConfigError, type ConfigIssue} from '../core/errors.ts';

/** Refuses resources whose rows do not go into one folder, or that would write beside the output folder. */
export function checkFolders(resources: readonly ResolvedResource[], path: string): void {
	const issues: ConfigIssue[] = [];
	const byFolder = new Map<string, ResolvedResource[]>();
	for (const resource of resources) {
		const folder = normalize(resource.table_name);
		const leadsOut = /(^|[/\\])\.\.([/\\]|$)/.test(resource.table_name) || /^\.([/\\]|$)/.test(folder);
		if (isAbsolute(folder) || leadsOut || isKept(folder)) {
			const message = `writes to the folder ${JSON.stringify(resource.table_name)}, which is not one in the output folder, or is kept for Sluice. Give it another table_name`;
			issues.push({path: resource.name, message});
		} else if (folder !== resource.table_name.replaceAll('\\', '/')) {
			const message = `writes to the folder ${JSON.stringify(resource.table_name)}; write it as table_name: ${folder}`;
			issues.push({path: resource.name, message});
		}
		byFolder.set(folder, [...(byFolder.get(folder) ?? []), resource]);
	}
	for (const {name, table_name} of resources) {
		const above = resources.find(each => table_name.startsWith(`${each.table_name}/`));
		if (!above) continue;
		const message =
			`writes to the folder ${JSON.stringify(table_name)}, which is inside of the one that ${above.name} writes to, ` +
			`and would come and go with it. Give it a table_name beside it: ${table_name.replaceAll('/', '_')}`;
		issues.push({path: name, message});
	}
	for (const {name, table_name, nested, write_disposition} of resources) {
		if (nested !== 'tables' || write_disposition === 'append') continue;
		const other = resources.find(each => each.table_name.startsWith(`${table_name}__`));
		if (!other) continue;
		const message = `writes to the folder ${JSON.stringify(other.table_name)}, which ${name} (nested: tables, write_disposition: ${write_disposition}) takes for one of its own lists. Give it another table_name`;
		issues.push({path: other.name, message});
	}
	for (const [folder, sharing] of byFolder) issues.push(...sharingIssues(folder, sharing));
	if (issues.length > 0) throw new ConfigError(issues, path);
}

// What several resources write to one table has one layout, and one way to tell rows apart.
function sharingIssues(folder: string, sharing: readonly ResolvedResource[]): ConfigIssue[] {
	const [first, ...others] = sharing;
	if (!first) return [];
	const path = sharing.map(({name}) => name).join(', ');
	const refuse = (key: string): ConfigIssue => ({
		path,
		message: `write to one folder, ${JSON.stringify(folder)}, with different ${key}. Make it the same, or give each a table_name of its own`,
	});
	const differ = (key: (resource: ResolvedResource) => unknown): boolean =>
		others.some(other => !isDeepStrictEqual(key(other), key(first)));
	const merging = sharing.filter(({write_disposition}) => write_disposition === 'merge');
	const isMixed = merging.some(({primary_key}) => !isDeepStrictEqual(primary_key, merging[0]?.primary_key));
	return [
		...(differ(({partition_by}) => partition_by ?? null) ? [refuse('partition_by')] : []),
		...(differ(({naming}) => naming ?? 'direct') ? [refuse('naming')] : []),
		...(isMixed ? [refuse('primary_key')] : []),
	];
}

// Some file systems fold letters that look alike, and leave out characters without width: to those `.Sluice`
// is the same.
function isKept(folder: string): boolean {
	const folded = folder.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
	return folded.toUpperCase().startsWith('.SLUICE');
}
