import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import type {Respond} from '../helpers/server.ts';
import {walk} from '../resource/walk.ts';

/** Posts from the newest back; `end` takes in the posts of that day. */
const posts = (days: readonly number[], limit: number): Respond => ({
	fn: ({query}) => {
		const end = Number(query.end?.[0] ?? 99);
		const rows = days.map((day, i) => ({id: i, day})).filter(({day}) => day <= end);
		return {json: {posts: rows.slice(0, limit)}};
	},
});

const options = {selector: 'posts', paginator: cursor({cursorPath: 'posts[-1].day', cursorParam: 'end'})};

test('a walk back by the date of the last row ends at the first row, where that date is taken in again', async () => {
	const days = [25, 25, 24, 24, 23, 23, 22, 22, 21, 21, 20];
	const {rows, message} = await walk(posts(days, 4), options);
	strictEqual(message, '');
	deepStrictEqual(
		[...new Set(rows.map(({id}) => Number(id)))],
		days.map((_, i) => i),
	);
});

test('a walk back that cannot get past a date, as a page holds no more of its rows, is an error', async () => {
	const {message} = await walk(posts([25, 24, 23, 23, 23, 23, 22], 3), options);
	match(message, /leads back to cursor 23/);
});
