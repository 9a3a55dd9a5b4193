/** The folders of the tables of a config. */
import {isAbsolute, normalize} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {rolesOf} from '../../config/rows/roles.ts';
import {ConfigError, type ConfigIssue} from '../../core/errors.ts';
import {boundedName} from '../../core/files/file-name.ts';

/** Refuses resources whose rows do not go into one folder, or that would write outside the output folder. */
export function checkFolders(resources: readonly ResolvedResource[], path: string): void {
	const issues: ConfigIssue[] = [];
	const byFolder = new Map<string, ResolvedResource[]>();
	for (const resource of resources) {
		const folder = normalize(resource.table_name);
		const leadsOut = /(^|[/\\])\.\.([/\\]|$)/.test(resource.table_name) || /^\.([/\\]|$)/.test(folder);
		if (isAbsolute(folder) || leadsOut || isKept(folder)) {
			const message =
				`writes to the folder ${JSON.stringify(resource.table_name)}, which is not one in the output ` +
				'folder, or is kept for Sluice. Give it another table_name';
			issues.push({path: resource.name, message});
		} else if (folder !== resource.table_name.replaceAll('\\', '/')) {
			const message = `writes to the folder ${JSON.stringify(resource.table_name)}; write it as table_name: ${folder}`;
			issues.push({path: resource.name, message});
		}
		const wrong = unwritable(resource.table_name);
		if (wrong) issues.push({path: resource.name, message: `${wrong}. Give it another table_name`});
		byFolder.set(folder, [...(byFolder.get(folder) ?? []), resource]);
	}
	issues.push(...alikeIssues(resources));
	for (const {name, table_name} of resources) {
		const above = resources.find(each => table_name.startsWith(`${each.table_name}/`));
		if (!above) continue;
		const message =
			`writes to the folder ${JSON.stringify(table_name)}, which is inside of the one that ` +
			`${above.name} writes to, and would come and go with it. Give it a table_name beside it: ` +
			`${table_name.replaceAll('/', '_')}`;
		issues.push({path: name, message});
	}
	for (const {name, table_name, nested, write_disposition} of resources) {
		if (nested !== 'tables' || write_disposition === 'append') continue;
		const other = resources.find(each => each.table_name.startsWith(`${table_name}__`));
		if (!other) continue;
		const message =
			`writes to the folder ${JSON.stringify(other.table_name)}, which ${name} (nested: tables, ` +
			`write_disposition: ${write_disposition}) takes for one of its own lists. Give it another table_name`;
		issues.push({path: other.name, message});
	}
	for (const [folder, sharing] of byFolder) issues.push(...sharingIssues(folder, sharing));
	if (issues.length > 0) throw new ConfigError(issues, path);
}

function unwritable(table: string): string | undefined {
	if (/[\p{Cc}\p{Cs}]/u.test(table))
		return (
			`writes to the folder ${JSON.stringify(table)}, which has characters that no folder can have ` +
			'everywhere'
		);
	const long = table.split('/').find(step => boundedName(step) !== step);
	if (long === undefined) return undefined;
	return (
		`writes to a folder with a name of ${Buffer.byteLength(long)} bytes, "${long.slice(0, 30)}…", and 200 ` +
		'are the most'
	);
}

// Two folders that are the same on some file systems would overwrite each other.
function alikeIssues(resources: readonly ResolvedResource[]): ConfigIssue[] {
	const seen = new Map<string, ResolvedResource>();
	const issues: ConfigIssue[] = [];
	for (const resource of resources) {
		const {name, table_name} = resource;
		const other = seen.get(folded(table_name));
		seen.set(folded(table_name), other ?? resource);
		if (!other || other.table_name === table_name) continue;
		const message =
			`writes to the folder ${JSON.stringify(table_name)}, which some file systems take for ` +
			`${JSON.stringify(other.table_name)}, where ${other.name} writes to. Give it another table_name`;
		issues.push({path: name, message});
	}
	return issues;
}

// Resources that write to the same table must have the same layout, and the same key.
function sharingIssues(folder: string, sharing: readonly ResolvedResource[]): ConfigIssue[] {
	const [first, ...others] = sharing;
	if (!first) return [];
	const path = sharing.map(({name}) => name).join(', ');
	const refuse = (key: string): ConfigIssue => ({
		path,
		message:
			`write to one folder, ${JSON.stringify(folder)}, with different ${key}. Make it the same, or give ` +
			'each a table_name of its own',
	});
	const differ = (key: (resource: ResolvedResource) => unknown): boolean =>
		others.some(other => !isDeepStrictEqual(key(other), key(first)));
	const merging = sharing.filter(({write_disposition}) => write_disposition === 'merge');
	const isMixed = merging.some(({primary_key}) => !isDeepStrictEqual(primary_key, merging[0]?.primary_key));
	return [
		...listIssues(folder, sharing, merging),
		...(differ(({partition_by}) => partition_by ?? null) ? [refuse('partition_by')] : []),
		...(differ(({naming}) => naming ?? 'direct') ? [refuse('naming')] : []),
		...(isMixed ? [refuse('primary_key')] : []),
	];
}

// A merge finds the lists of a row by its key. Rows of lists may hold more columns than those.
function listIssues(
	folder: string,
	sharing: readonly ResolvedResource[],
	merging: readonly ResolvedResource[],
): ConfigIssue[] {
	const listing = sharing.filter(({nested}) => nested === 'tables');
	return merging.flatMap(merge => {
		const {key} = rolesOf(merge);
		const other = listing.find(each => !key.every(column => rolesOf(each).key.includes(column)));
		if (!other) return [];
		const message =
			`write to one folder, ${JSON.stringify(folder)}, and the merge of ${merge.name} finds the lists ` +
			`of a row by ${key.join(', ')}, which rows in the lists of ${other.name} do not hold. Give both ` +
			'the same primary_key, or each a table_name of its own';
		return [{path: `${merge.name}, ${other.name}`, message}];
	});
}

function isKept(folder: string): boolean {
	return folded(folder).startsWith('.SLUICE');
}

// Some file systems treat similar letters as equal, and ignore characters without width: for them `.Sluice`
// is the same folder.
function folded(folder: string): string {
	return folder
		.normalize('NFKC')
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.toUpperCase();
}
