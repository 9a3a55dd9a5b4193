/** What somebody has who writes plugins: a folder where the package is installed, and a config. */
import {mkdir, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {type Workspace, workspace} from '../helpers/binary.ts';

const root = join(import.meta.dirname, '../../..');

/** A folder where the package is installed, as `npm install` does it. */
export async function withPackage(files: Record<string, string>): Promise<Workspace> {
	const place = await workspace({'package.json': '{"type": "module"}', ...files});
	await mkdir(join(place.path, 'node_modules'));
	await symlink(root, join(place.path, 'node_modules/sluice'));
	return place;
}

export const config = (url: string, endpoint: string, plugins = './mine.js'): string =>
	`client: {base_url: "${url}"}\nplugins: [${plugins}]\nresources:\n  - name: rows\n    endpoint: ` +
	`${endpoint}\n`;
