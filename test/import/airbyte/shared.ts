/** What lies beside the repository, where it has it: manifests of real connectors, and what Airbyte makes of them. */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const folder = join(import.meta.dirname, '../../../../../shared/data');
const MOST_BYTES = 256 * 1024 ** 2;

/** Names and texts of the manifests in an archive, or why there are none. */
export function manifests(archive = join(folder, 'airbyte-manifests.tar.xz')): Map<string, string> | string {
	if (!existsSync(archive)) return 'no manifests beside this repository';
	const unpacked = mkdtempSync(join(tmpdir(), 'manifests-'));
	try {
		const {status} = spawnSync('tar', ['-xf', archive, '-C', unpacked]);
		if (status !== 0) return 'there is no tar or xz to unpack the manifests';
		const files = readdirSync(unpacked, {recursive: true, encoding: 'utf8'}).filter(file =>
			/\.ya?ml$/.test(file),
		);
		return new Map(files.sort().map(file => [nameOf(file), readFileSync(join(unpacked, file), 'utf8')]));
	} finally {
		rmSync(unpacked, {recursive: true, force: true});
	}
}

/** What the Airbyte CDK makes of each manifest, by its name. */
export function resolution(): {readonly [name: string]: {readonly [key: string]: unknown}} | string {
	const file = join(folder, 'airbyte-resolved.json.xz');
	if (!existsSync(file)) return 'no resolved manifests beside this repository';
	const {status, stdout} = spawnSync('xz', ['-dc', file], {encoding: 'utf8', maxBuffer: MOST_BYTES});
	return status === 0 ? JSON.parse(stdout) : 'there is no xz to unpack the resolved manifests';
}

function nameOf(path: string): string {
	return path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}
