// Builds what has changed, and runs the tests of the named files or folders: npm run test:one --
// test/http/retry
import {spawnSync} from 'node:child_process';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2).filter(word => !word.startsWith('-'));
const flags = process.argv.slice(2).filter(word => word.startsWith('-'));

function run(command, words) {
	const {status} = spawnSync(command, words, {cwd: root, stdio: 'inherit'});
	if (status !== 0) process.exit(status ?? 1);
}

function testsOf(name) {
	const path = name.replace(/^\.build\//, '').replace(/(\.test)?\.[tj]s$/, '');
	const isFolder = statSync(join(root, path), {throwIfNoEntry: false})?.isDirectory() === true;
	if (!isFolder || path !== name.replace(/^\.build\//, '')) return [`.build/${path}.test.js`];
	const files = readdirSync(join(root, '.build', path), {recursive: true});
	return files.filter(file => file.endsWith('.test.js')).map(file => join('.build', path, file));
}

if (wanted.length === 0) {
	process.stderr.write('Name a test file or a folder of tests: npm run test:one -- test/http/retry' + '\n');
	process.exit(2);
}
run('npm', ['run', '--silent', 'build']);
run('npx', [
	'tsc',
	'-p',
	'tsconfig.test.json',
	'--incremental',
	'--tsBuildInfoFile',
	'.build/tests.tsbuildinfo',
]);
run(process.execPath, ['--enable-source-maps', '--test', ...flags, ...wanted.flatMap(testsOf)]);
