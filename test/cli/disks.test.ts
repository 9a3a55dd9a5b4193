/** Disks that are full, or that nobody may write to. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {config, endless, server} from './config.ts';

/** Hundred pages of 100 rows of some length. */
function long(): ReturnType<typeof endless> {
	const {resource, route} = endless('events', 100);
	const fn = ({query}: {query: Record<string, string[]>}) => {
		const offset = Number(query.offset?.[0] ?? 0);
		const count = offset < 3000 ? 100 : 0;
		return {
			json: {
				data: Array.from({length: count}, (_, i) => ({id: offset + i, text: `row ${offset + i} `.repeat(8)})),
			},
		};
	};
	return {resource, route: {...route, respond: {fn}}};
}

async function ids(folder: string): Promise<number[]> {
	const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.jsonl'));
	const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
	const lines = texts.join('').split('\n').filter(Boolean);
	return lines.map(line => JSON.parse(line).id).sort((one, other) => one - other);
}

function upTo(count: number): number[] {
	return Array.from({length: count}, (_, id) => id);
}

test('a disk that fills up keeps what was committed; with more room the next run goes on', async context => {
	const {resource, route} = long();
	await using api = await server(route);
	const output = {format: 'jsonl', checkpoint: {rows: 200}};
	await using place = await workspace({
		'sluice.json': config(api.url, [resource], {output}),
		'disk/.keep': '',
	});
	const mounted = await place.shell('mount -t tmpfs -o size=256k none disk');
	if (mounted.code !== 0) return context.skip('no right to mount a small disk');
	try {
		const {code, stderr} = await place.sluice(['run', '-o', 'disk/out']);
		equal(code, 1);
		match(
			stderr,
			/^sluice: events: .*no space left on the disk \(ENOSPC\)|^sluice: cannot write .*: no space left on the disk \(ENOSPC\)/m,
		);
		const kept = await ids(join(place.path, 'disk/out/events'));
		equal(kept.length % 100, 0, 'whole pages');
		deepEqual(kept, upTo(kept.length));
		equal((await place.shell('mount -o remount,size=16m disk')).code, 0);
		const next = await place.sluice(['run', '-o', 'disk/out']);
		equal(next.code, 0, next.stderr);
		deepEqual(await ids(join(place.path, 'disk/out/events')), upTo(3000));
	} finally {
		await place.shell('umount disk');
	}
});

test('a folder that nobody may write to is said at once, before any request', async context => {
	const {resource, route} = long();
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource]), 'disk/.keep': ''});
	const mounted = await place.shell('mount -t tmpfs -o ro none disk');
	if (mounted.code !== 0) return context.skip('no right to mount a disk');
	try {
		const {code, stderr} = await place.sluice(['run', '-o', 'disk/out']);
		equal(code, 1, stderr);
		match(stderr, /^sluice: events: cannot write \S*disk\S*: the file system is read-only \(EROFS\)$/m);
		equal(api.requests.length, 0);
	} finally {
		await place.shell('umount disk');
	}
});

test('a folder that cannot be made is named, and nobody else is blamed', async context => {
	if (process.platform !== 'linux') return context.skip('only /proc takes no folders from anybody');
	const {resource, route} = endless('events', 10);
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const {code, stderr} = await place.sluice(['run', '-o', '/proc/out']);
	equal(code, 1);
	equal(stderr, 'sluice: cannot make the folder /proc/out; write to another place\n');
});
