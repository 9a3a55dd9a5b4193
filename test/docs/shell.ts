/** A shell that keeps its variables and its folder from command to command. */
import {execFile} from 'node:child_process';
import {chmod, mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {delimiter, dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {main, root} from './pages.ts';

const run = promisify(execFile);
const tools = {sluice: main, duckdb: join(import.meta.dirname, 'duckdb-shim.js')};

/**
 * Runs commands in a folder, and returns what they print on stdout and stderr. Beside the folder are `sluice`,
 * `duckdb` and the package, so that a program in the folder can import it.
 */
export async function shellIn(folder: string): Promise<(command: string) => Promise<string>> {
	const place = dirname(folder);
	const bin = join(place, 'bin');
	await mkdir(bin);
	await mkdir(join(place, 'node_modules'));
	await symlink(root, join(place, 'node_modules/sluice'));
	for (const [name, script] of Object.entries(tools)) {
		await writeFile(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
		await chmod(join(bin, name), 0o755);
	}
	const saved = join(place, 'variables.sh');
	await writeFile(saved, '');
	const keep = `code=$?; { export -p; echo "cd '$PWD'"; echo "(exit $code)"; } > '${saved}'`;
	const env = {HOME: folder, TZ: 'UTC', NO_COLOR: '1', PATH: `${bin}${delimiter}${process.env.PATH}`};
	return async command => {
		const script = `${await readFile(saved, 'utf8')}\n{ ${command}\n} 2>&1\n${keep}`;
		const {stdout} = await run('bash', ['-c', script], {cwd: folder, env, timeout: 60_000}).catch(error => ({
			stdout: `${error.stdout}${error.stderr}`,
		}));
		return stdout;
	};
}
