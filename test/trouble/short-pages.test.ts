import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {offset} from '../../src/plugins/paginators/offset.ts';
import type {Respond} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

/** Cuts its pages first, and then leaves out the rows that are hidden. */
const filtering = (count: number, hidden: readonly number[]): Respond => ({
	fn: ({query}) => {
		const from = Number(query.offset?.[0]);
		const page = ids(from, Math.max(from, Math.min(from + Number(query.limit?.[0]), count)));
		return {json: {data: page.filter(row => !hidden.includes(Number(row.id)))}};
	},
});

test('a short page in the middle ends nothing: every visible row comes once, and a warning tells of it', async () => {
	for (const hidden of [[15], [19], [12, 15], [10, 11, 12, 13, 14, 16, 17, 18, 19]]) {
		const codes: string[] = [];
		const onWarning = ({code}: {code: string}) => void codes.push(code);
		const {rows, message} = await walk(filtering(35, hidden), {
			selector: 'data',
			paginator: offset({limit: 10}),
			onWarning,
		});
		strictEqual(message, '');
		deepStrictEqual(
			rows,
			ids(0, 35).filter(row => !hidden.includes(Number(row.id))),
		);
		strictEqual(codes[0], 'short-page');
	}
});
