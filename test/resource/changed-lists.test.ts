/**
 * Lists of parents that change whenever a run breaks off: each parent that is there in the end is read, and no
 * page of its children twice.
 */
import {deepStrictEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Cursor} from '../../src/core/page.ts';
import {distinct} from '../../src/resource/partitions/distinct.ts';
import {rowsOf} from '../../src/resource/partitions/parent-rows.ts';
import {
	type BoundPage,
	inTurn,
	listedValues,
	type Partitions,
	type Position,
	product,
} from '../../src/resource/partitions/partitions.ts';
import {printOf} from '../../src/resource/walk/repeats/overlap.ts';

const PAGE = 3;
/** Pages of children of each parent. */
const CHILDREN = 2;

/** By offset: a list that has changed has other rows at each place. */
async function* pagesOf(ids: readonly number[], at: Position | undefined): AsyncGenerator<BoundPage> {
	for (let number = at?.page ?? 0; number * PAGE < ids.length || number === 0; number++) {
		const records = ids.slice(number * PAGE, number * PAGE + PAGE).map(id => ({id}));
		const isLast = (number + 1) * PAGE >= ids.length;
		yield {resource: 'users', number, records, cursor: isLast ? null : number + 1};
	}
}

interface World {
	users: readonly number[];
	readonly onLost: (message: string) => void;
}

const users = (world: World): Partitions =>
	rowsOf('users', at => pagesOf(world.users, at), {
		keyOf: ({rows}) => printOf(rows.users ?? {}),
		onLost: world.onLost,
	});

const kinds: {readonly [kind: string]: (world: World) => Partitions} = {
	plain: users,
	distinct: world => distinct(users(world), ({bindings}) => String(bindings[0]?.rows.users?.id), world),
	product: world => product(users(world), () => listedValues({kind: ['a', 'b']})),
	'in turn': world =>
		inTurn('users|teams', [
			['users', users(world)],
			['teams', rowsOf('teams', at => pagesOf([101, 102], at))],
		]),
};

interface Place {
	readonly partition: Cursor;
	readonly at?: number;
}

/** Reads pages of children until `most` have come; where it broke off, `null` at the end. */
async function run(
	source: Partitions,
	from: Place | undefined,
	most: number,
	read: string[],
): Promise<Place | null> {
	let standing = from?.at;
	let place: Place | undefined = from;
	let isElsewhere = false;
	for await (const {bindings, place: here, next, resumes} of source.from(from?.partition)) {
		isElsewhere ||= resumes === false;
		const first = ((resumes ?? !isElsewhere) ? standing : undefined) ?? 0;
		if (resumes !== false) standing = undefined;
		const {rows, values} = bindings[0] ?? {rows: {}, values: {}};
		const name = [...Object.values(rows).map(({id}) => id), ...Object.values(values)].join();
		for (let page = first; page < CHILDREN; page++) {
			if (most-- === 0) return stored(place);
			read.push(`${name}/${page}`);
			place = page + 1 < CHILDREN ? {partition: here, at: page + 1} : {partition: next ?? null};
		}
	}
	return null;
}

const stored = (place: Place | undefined): Place | null =>
	JSON.parse(JSON.stringify(place ?? {partition: 0})) as Place | null;

for (const [kind, of] of Object.entries(kinds)) {
	test(`${kind}: no parent is lost and no page of children doubled, wherever runs break off and lists change`, async () => {
		const ids = (min: number) =>
			fc.uniqueArray(fc.integer({min, max: min + 13}), {minLength: 1, maxLength: 12});
		await fc.assert(
			fc.asyncProperty(
				ids(1),
				fc.array(fc.tuple(fc.integer({min: 1, max: 12}), ids(1)), {maxLength: 4}),
				fc.boolean(),
				async (start, breaks, isOnlyShorter) => {
					let told = 0;
					// Those that are gone do not come back: others are new.
					let fresh = 20;
					const world: World = {users: start, onLost: () => told++};
					const read: string[] = [];
					let place: Place | undefined;
					for (const [pages, changed] of breaks) {
						const left = await run(of(world), place, pages, read);
						if (left === null || left.partition === null) return;
						place = left;
						if (isOnlyShorter) world.users = world.users.filter(id => changed.includes(id));
						else
							world.users = changed
								.filter(id => id > 9 || world.users.includes(id))
								.map(id => (id > 9 ? ++fresh : id));
					}
					const before = told;
					const whole = await run(
						of({...world, onLost: () => told++}),
						place,
						Number.POSITIVE_INFINITY,
						read,
					);
					deepStrictEqual(whole, null);
					deepStrictEqual(
						read.filter((page, i) => read.indexOf(page) !== i),
						[],
						'doubled',
					);
					const wanted: string[] = [];
					await run(of(world), undefined, Number.POSITIVE_INFINITY, wanted);
					const missing = wanted.filter(page => !read.includes(page));
					// Rows that change places on pages that nobody reads again are not noticed.
					if (isOnlyShorter || told > before) deepStrictEqual(missing, [], 'missing');
				},
			),
			{numRuns: 500},
		);
	});
}

test('a parent that is done and has moved behind the row of the place is not read again, on any page', async () => {
	for (const changed of [
		[1, 5, 21, 4, 6],
		[1, 5, 21, 4, 22, 23, 6],
	]) {
		let told = 0;
		const world: World = {users: [1, 6, 5, 4], onLost: () => told++};
		const read: string[] = [];
		const place = await run(users(world), undefined, 7, read);
		world.users = changed;
		equal(await run(users(world), place ?? undefined, Number.POSITIVE_INFINITY, read), null);
		const all = [1, 4, 5, 6, ...changed.filter(id => id > 20)];
		deepStrictEqual(read.toSorted(), all.flatMap(id => [`${id}/0`, `${id}/1`]).toSorted());
		equal(told, 1);
	}
});
