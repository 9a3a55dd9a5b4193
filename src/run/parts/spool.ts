/**
 * The folder in which the processes of a plan meet. All of them see it, on a shared disk if they are on several
 * machines. Whoever does a step first creates its file under the final name; for the others the step is done.
 *
 * ```
 * <folder>/<plan>/plan.jsonl          one line for each part
 *                 plan.json           what the plan rests on
 *                 attempts/<id>-….gz  rows, one file for each attempt
 *                 receipts/<id>.json  the attempt that counts
 *                 committed.json      the plan is done
 * ```
 */
import {createHash, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {ConfigError, StateError} from '../../core/errors.ts';
import {
	exists,
	ignoreCodes,
	linkNew,
	makeFolder,
	pathsIn,
	syncFolder,
	writeDurably,
} from '../../core/files/durable.ts';
import {lineOf, type PlanPart, parsePart} from './part.ts';

/** What a plan rests on. */
export interface PlanRecord {
	readonly plan: string;
	readonly resources: readonly PlannedDataset[];
	readonly parts: number;
	/** ISO 8601, UTC. */
	readonly at: string;
}

export interface PlannedDataset {
	readonly resource: string;
	/** The run that the dataset had ended with; null before the first. */
	readonly after: string | null;
	/** A hash of the place of the dataset: plans of other places may be in the same folder. */
	readonly place: string;
	/** The text of everything in the config that its rows depend on. */
	readonly definition: string;
}

/** The proof that a part is done. */
export interface Receipt {
	readonly id: string;
	/** The name of the file with its rows. */
	readonly file: string;
	readonly rows: number;
	readonly pages: number;
	readonly bytes: number;
	readonly sha256: string;
	readonly requests: number;
	readonly seconds: number;
	/** ISO 8601, UTC. */
	readonly at: string;
}

// A plan is written within that time.
const DRAFT_MS = 3_600_000;
const FORM = /^[\da-f]{16}$/;

export class Spool {
	readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
	}

	/** The plans in the folder that are not committed, oldest first. */
	async open(): Promise<PlanRecord[]> {
		const found: PlanRecord[] = [];
		for (const name of await this.#names()) {
			if (await exists(join(this.folder, name, 'committed.json'))) continue;
			const plan = await this.record(name);
			if (plan) found.push(plan);
		}
		return found.sort((a, b) => (a.at < b.at ? -1 : 1));
	}

	/** `undefined` where there is no such plan. */
	async record(plan: string): Promise<PlanRecord | undefined> {
		const text = await readText(join(this.folder, plan, 'plan.json'));
		return text === undefined ? undefined : (JSON.parse(text) as PlanRecord);
	}

	/** The same, which throws where there is no such plan. */
	async known(plan: string): Promise<PlanRecord> {
		const record = await this.record(plan);
		if (record) return record;
		throw new ConfigError(
			`no plan ${plan} in ${this.folder}: sluice plan makes one, in a folder that all machines see`,
		);
	}

	/** The parts of a plan, in order. */
	async parts(plan: string): Promise<PlanPart[]> {
		await this.known(plan);
		const path = join(this.folder, plan, 'plan.jsonl');
		const text = (await readText(path)) ?? '';
		const lines = text.split('\n').filter(line => line !== '');
		return lines.map((line, i) => parsePart(line, `${path}:${i + 1}`));
	}

	/** Stores a plan, unless it is there already. */
	async putPlan(record: PlanRecord, parts: readonly PlanPart[]): Promise<void> {
		const draft = join(this.folder, `.draft-${randomBytes(6).toString('hex')}`);
		await makeFolder(draft);
		await makeFolder(join(draft, 'attempts'));
		await makeFolder(join(draft, 'receipts'));
		await writeDurably(join(draft, 'plan.jsonl'), parts.map(part => `${lineOf(part)}\n`).join(''));
		await writeDurably(join(draft, 'plan.json'), `${JSON.stringify(record)}\n`);
		try {
			await rename(draft, join(this.folder, record.plan));
		} catch (error) {
			ignoreCodes(error, 'ENOTEMPTY', 'EEXIST');
			await rm(draft, {recursive: true, force: true});
		}
		await syncFolder(this.folder);
	}

	/** Removes a plan with all that was read for it. */
	async remove(plan: string): Promise<void> {
		await this.#bury(plan);
	}

	async receipt({plan, id}: Pick<PlanPart, 'plan' | 'id'>): Promise<Receipt | undefined> {
		const text = await readText(join(this.folder, plan, 'receipts', `${id}.json`));
		return text === undefined ? undefined : (JSON.parse(text) as Receipt);
	}

	/** A path for the rows of one attempt, which no other attempt has. */
	attempt({plan, id}: Pick<PlanPart, 'plan' | 'id'>): {readonly file: string; readonly path: string} {
		const file = `${id}-${randomBytes(6).toString('hex')}.jsonl.gz`;
		return {file, path: this.pathOf(plan, file)};
	}

	pathOf(plan: string, file: string): string {
		return join(this.folder, plan, 'attempts', file);
	}

	/** Puts the receipt of an attempt, unless the part has one. */
	async putReceipt(plan: string, receipt: Receipt): Promise<void> {
		const folder = join(this.folder, plan, 'receipts');
		const draft = join(folder, `.${receipt.file}`);
		await writeDurably(draft, `${JSON.stringify(receipt)}\n`);
		try {
			await linkNew(draft, join(folder, `${receipt.id}.json`));
			await syncFolder(folder);
		} catch (error) {
			// Over NFS, it may be the link of this attempt, whose answer was lost.
			ignoreCodes(error, 'EEXIST');
		} finally {
			await rm(draft, {force: true});
		}
	}

	/** Throws where the rows are not those of the receipt. */
	async check(plan: string, {id, file, sha256}: Receipt): Promise<void> {
		const path = this.pathOf(plan, file);
		const found = await hashOf(path).catch(error => ignoreCodes(error, 'ENOENT'));
		if (found === sha256) return;
		const what = found === undefined ? 'is missing' : 'is not what was written';
		throw new StateError(
			`${path}: ${what}. Remove the receipt ${id}.json beside it, and run that part again`,
		);
	}

	/** Marks the plan as done, and removes the rows. */
	async finish(plan: string): Promise<void> {
		const folder = join(this.folder, plan);
		await writeDurably(join(folder, 'committed.json'), '{}\n').catch(error => ignoreCodes(error, 'EEXIST'));
		await this.#bury(join(plan, 'attempts'));
	}

	isFinished(plan: string): Promise<boolean> {
		return exists(join(this.folder, plan, 'committed.json'));
	}

	/** Removes the plans that are done, and what dead processes have left. */
	async sweep(): Promise<void> {
		for (const name of await this.#names()) if (await this.isFinished(name)) await this.remove(name);
		for (const path of await pathsIn(this.folder)) {
			const isDraft = basename(path).startsWith('.draft-') && (await ageOf(path)) > DRAFT_MS;
			if (isDraft || basename(path).startsWith('.gone-')) await rm(path, {recursive: true, force: true});
		}
	}

	// A late attempt that still writes there can disturb the removal of a folder, but not its renaming.
	async #bury(name: string): Promise<void> {
		const grave = join(this.folder, `.gone-${randomBytes(6).toString('hex')}`);
		await rename(join(this.folder, name), grave).catch(error => ignoreCodes(error, 'ENOENT'));
		await rm(grave, {recursive: true, force: true});
	}

	async #names(): Promise<string[]> {
		const names = await readdir(this.folder).catch(error => ignoreCodes(error, 'ENOENT') ?? []);
		return names.filter(name => FORM.test(name));
	}
}

async function readText(path: string): Promise<string | undefined> {
	return (await readFile(path, 'utf8').catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'))) ?? undefined;
}

async function ageOf(path: string): Promise<number> {
	const found = await stat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	return found ? Date.now() - found.mtimeMs : 0;
}

export async function hashOf(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
	return hash.digest('hex');
}
