import {deepEqual, equal, ok, rejects} from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readdir, readFile, stat, utimes, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {linkNew} from '../../src/core/files/durable.ts';
import {layoutOf} from '../../src/state/folders/layout.ts';
import {acquire} from '../../src/state/lock/lock.ts';
import {temporaryFolder} from '../helpers/folder.ts';

/** A lock of a process that has ended. */
async function leaveDeadLock(folder: string): Promise<void> {
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'close');
	await mkdir(folder, {recursive: true});
	const holder = {writer: 'dead', host: hostname(), pid: child.pid, since: new Date().toISOString()};
	await writeFile(join(folder, '000000000001.json'), JSON.stringify(holder));
}

test('of many that race for the lock of a dead process one gets it, and nobody else before it is free', async () => {
	await using folder = await temporaryFolder();
	for (let round = 0; round < 60; round++) {
		const layout = layoutOf(folder.path, `contacts-${round}`);
		await leaveDeadLockOnce(layout.lock, round);
		const writers = Array.from({length: 5}, (_, i) => acquire(layout, `writer-${i}`));
		const settled = await Promise.allSettled(writers);
		const won = settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
		equal(won.length, 1, `round ${round}`);
		for (const result of settled)
			if (result.status === 'rejected')
				ok(/contacts-\d+: is being written by .* Nothing was changed/.test(result.reason.message));
		await rejects(acquire(layout, 'late'), /is being written by process/);
		await won[0]?.release();
		deepEqual(await readdir(layout.lock), [], 'nothing is left');
	}
});

let dead: string | undefined;

// Starting a process for each round would take longer than all the rest.
async function leaveDeadLockOnce(folder: string, round: number): Promise<void> {
	if (dead === undefined) {
		await leaveDeadLock(folder);
		dead = await readFile(join(folder, '000000000001.json'), 'utf8');
		return;
	}
	await mkdir(folder, {recursive: true});
	// Every third has none: then they race for a free one.
	if (round % 3 !== 0) await writeFile(join(folder, '000000000001.json'), dead);
}

test('drafts of processes that died in front of the lock go with the next that has it', async () => {
	await using folder = await temporaryFolder();
	const layout = layoutOf(folder.path, 'contacts');
	await leaveDeadLock(layout.lock);
	await writeFile(join(layout.lock, 'torn.part'), '{"writer": "to');
	await (await acquire(layout, 'a')).release();
	deepEqual(await readdir(layout.lock), []);
});

test('a lock of another machine holds for as long as it is touched', async () => {
	await using folder = await temporaryFolder();
	const layout = layoutOf(folder.path, 'contacts');
	await mkdir(layout.lock, {recursive: true});
	const path = join(layout.lock, '000000000007.json');
	await writeFile(
		path,
		JSON.stringify({writer: 'far', host: 'far-away', pid: 1, since: '2026-11-20T00:00:00.000Z'}),
	);
	await rejects(
		acquire(layout, 'a'),
		/process 1 on far-away, since 2026-11-20.* if it is gone for certain, remove .*000000000007\.json/,
	);
	const longAgo = new Date(Date.now() - 10 * 60_000);
	await utimes(path, longAgo, longAgo);
	await (await acquire(layout, 'b')).release();
});

test('a lock of another machine whose time is ahead holds while it is touched, and no longer', async () => {
	await using folder = await temporaryFolder();
	const layout = layoutOf(folder.path, 'contacts');
	await mkdir(layout.lock, {recursive: true});
	const path = join(layout.lock, '000000000007.json');
	const content = JSON.stringify({
		writer: 'far',
		host: 'far-away',
		pid: 1,
		since: '2026-11-20T00:00:00.000Z',
	});
	await writeFile(path, content);
	const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
	for (const touched of [minutes(600), minutes(700)]) {
		await utimes(path, touched, touched);
		await rejects(acquire(layout, 'a'), /process 1 on far-away/, 'it lives');
		const {mtimeMs} = await stat(path);
		ok(mtimeMs < minutes(1).getTime(), 'its age counts from now on');
	}
	equal(await readFile(path, 'utf8'), content);
	await utimes(path, minutes(-4), minutes(-4));
	await rejects(acquire(layout, 'a'), /process 1 on far-away/, 'not silent for long enough');
	await utimes(path, minutes(-6), minutes(-6));
	await (await acquire(layout, 'b')).release();
});

test('a file system without hard links is named as what it is', async () => {
	await using folder = await temporaryFolder();
	// Folders have none anywhere: the system answers for them as it does for files on such a disk.
	await rejects(
		linkNew(folder.path, `${folder.path}-2`),
		/the file system has no hard links, which commits and locks need \(EPERM.*Write to another one/,
	);
});
