// Builds when a source is newer than what was built, or nothing was: `npm ci` has built already.
import {spawnSync} from 'node:child_process';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '..');
// The first is written last by the bundler, the second by the compiler of types.
const built = ['dist/licences-of-bundled-packages.txt', 'dist/src/index.d.ts'];
const sources = ['src', 'sinks', 'transforms', '.ci', 'package.json', 'package-lock.json', 'tsconfig.json'];

const changedAt = path => statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0;

function newest(path) {
	if (statSync(path).isFile()) return changedAt(path);
	const files = readdirSync(path, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	return Math.max(...files.map(({parentPath, name}) => changedAt(join(parentPath, name))));
}

const lastChange = Math.max(...sources.map(path => newest(join(root, path))));
if (built.some(path => changedAt(join(root, path)) < lastChange)) {
	const {status} = spawnSync('npm', ['run', '--silent', 'build'], {cwd: root, stdio: 'inherit'});
	process.exitCode = status ?? 1;
}
