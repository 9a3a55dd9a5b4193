/** The parts that a command line names: lines on stdin, or lines of a plan by their numbers. */
import {readFile} from 'node:fs/promises';
import {text as textOf} from 'node:stream/consumers';
import {ConfigError} from '../../core/errors.ts';
import {ignoreCodes} from '../../core/files/durable.ts';
import {type PlanPart, parsePart} from '../../run/parts/part.ts';
import type {Spool} from '../../run/parts/spool.ts';

const PLAN = /^[\da-f]{16}$/;

/** `plan` is the id of a plan in the spool, or a file with the lines of one. */
export async function chosenParts(
	spool: Spool,
	{plan, index}: {readonly plan?: string | undefined; readonly index?: number | undefined},
): Promise<PlanPart[]> {
	if (plan === undefined && index === undefined) return linesOf(await textOf(process.stdin), 'stdin');
	if (index === undefined) throw new ConfigError('--plan goes with --index, the number of a line from 0');
	const parts = await partsIn(spool, plan);
	const part = parts[index];
	if (part) return [part];
	throw new ConfigError(`--index ${index}: the plan has ${parts.length} parts, numbered from 0`);
}

/** The id of the plan that `--plan` names. */
export async function planIn(given: string | undefined): Promise<string | undefined> {
	if (given === undefined || PLAN.test(given)) return given;
	return (await partsOfFile(given))[0]?.plan;
}

async function partsIn(spool: Spool, plan: string | undefined): Promise<PlanPart[]> {
	if (plan !== undefined) return PLAN.test(plan) ? spool.parts(plan) : partsOfFile(plan);
	const [only, ...others] = await spool.open();
	if (only && others.length === 0) return spool.parts(only.plan);
	const found = only ? 'several plans are open' : 'no plan is open';
	throw new ConfigError(`${found} in ${spool.folder}: name one with --plan`);
}

async function partsOfFile(path: string): Promise<PlanPart[]> {
	const text = await readFile(path, 'utf8').catch(error => ignoreCodes(error, 'ENOENT'));
	if (text === undefined) throw new ConfigError(`--plan ${path}: there is no such file`);
	return linesOf(text, path);
}

function linesOf(text: string, name: string): PlanPart[] {
	const parts = text
		.split('\n')
		.map((line, i) => ({line, where: `${name}:${i + 1}`}))
		.filter(({line}) => line.trim() !== '')
		.map(({line, where}) => parsePart(line, where));
	if (parts.length > 0) return parts;
	throw new ConfigError(`${name} has no line of a plan: sluice plan prints them`);
}
