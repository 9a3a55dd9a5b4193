/** Readers in Python, where this machine has them. */
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);
// Another Python than the first on the path, such as that of a virtual environment.
const python = process.env.SLUICE_TEST_PYTHON ?? 'python3';

/** Why a test that needs these modules is skipped; `false` where it is not. */
export async function lacks(...modules: readonly string[]): Promise<string | false> {
	for (const name of modules) {
		const isThere = await run(python, ['-c', `import ${name}`]).then(
			() => true,
			() => false,
		);
		if (!isThere) return `${python} has no ${name}`;
	}
	return false;
}

/** What a script prints, as JSON. Its arguments are `sys.argv[1:]`. */
export async function pythonJson(script: string, ...args: readonly string[]): Promise<unknown> {
	const {stdout} = await run(python, ['-c', script, ...args], {maxBuffer: 64 * 1024 ** 2});
	return JSON.parse(stdout);
}
