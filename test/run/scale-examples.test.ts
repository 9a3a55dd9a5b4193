/** The examples in docs/examples/scale fit the command line, and the simulation its arithmetic. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {parse} from 'yaml';
import yargs from 'yargs';
import type {Verb} from '../../src/cli/verb.ts';
import {commit} from '../../src/cli/verbs/commit.ts';
import {plan} from '../../src/cli/verbs/plan.ts';
import {runPart} from '../../src/cli/verbs/run-part.ts';

const folder = join(import.meta.dirname, '../../../docs/examples/scale');
const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

function flagsOf(verb: Verb): string[] {
	const parser = verb.options(yargs()) as unknown as {getOptions(): {key: Record<string, unknown>}};
	return Object.keys(parser.getOptions().key);
}

describe('the examples of scaling out', () => {
	it('the manifest is an Indexed Job whose arguments are options of run-part', async () => {
		const {kind, spec} = parse(await text('kubernetes.yaml'));
		assert.equal(kind, 'Job');
		assert.equal(spec.completionMode, 'Indexed');
		const [container] = spec.template.spec.containers;
		const [word, ...args] = container.args as string[];
		assert.equal(word, runPart.name);
		for (const flag of args.filter(each => each.startsWith('--')))
			assert.ok(flagsOf(runPart).includes(flag.slice(2)), flag);
		assert.equal(spec.template.spec.restartPolicy, 'Never');
		const names = spec.template.spec.volumes.map(({name}: {name: string}) => name);
		assert.deepEqual(
			container.volumeMounts.map(({name}: {name: string}) => name),
			names,
		);
	});

	for (const name of ['airflow_dag.py', 'ray_parts.py'])
		it(`${name} is Python, and names verbs and options that there are`, async test => {
			const code = await text(name);
			for (const verb of [plan, runPart, commit]) assert.match(code, new RegExp(`"${verb.name}"`));
			for (const [, flag = ''] of code.matchAll(/"--([\w-]+)"/g))
				assert.ok(
					[plan, runPart, commit].some(verb => flagsOf(verb).includes(flag)),
					flag,
				);
			const python = spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
				input: code,
			});
			if (python.error) test.skip('this machine has no python3');
			else assert.equal(python.status, 0, String(python.stderr));
		});

	it('the simulation agrees with the arithmetic of its bounds', async () => {
		const {simulate} = await import(join(folder, 'simulate.mjs'));
		const even = {rows: 1e7, spread: 0, overhead: 0, lost: 0};
		const bound = simulate({...even, limit: 50});
		assert.ok(Math.abs(bound['requests/s'] - 50 / 1.03) < 1);
		const free = simulate({...even, latency: 0.1, machines: 2, processes: 5});
		assert.ok(Math.abs(free['requests/s'] - 100) < 2);
	});
});
