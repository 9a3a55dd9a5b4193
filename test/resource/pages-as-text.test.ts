/** Pages whose records no stage looks at are written in the words of the server. */
import {deepStrictEqual, match, rejects, strictEqual} from 'node:assert/strict';
import {Writable} from 'node:stream';
import {test} from 'node:test';
import {jsonl} from '../../sinks/jsonl.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import {pipeline, type Stage} from '../../src/core/pipeline.ts';
import {transform} from '../../src/core/stage.ts';
import {client} from '../../src/http/client.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import {type ResourceOptions, resource} from '../../src/resource/resource.ts';
import type {Answer} from '../helpers/respond.ts';
import {startServer} from '../helpers/server.ts';

const one = '{"id": 1.0, "s": "\\u00e9"}';
const two = '{"id":2, "big":12345678901234567890}';
const three = '{"id":3,"l":[ 1, {"a":"},{"} ]}';

/** What is written of these answers, one after the other. */
async function written(
	answers: readonly Answer[],
	options: Partial<ResourceOptions>,
	...stages: Stage[]
): Promise<string> {
	const server = await startServer(answers.map(respond => ({path: '/r', times: 1, respond})));
	const chunks: Buffer[] = [];
	const out = new Writable({
		write(chunk, _, done) {
			chunks.push(Buffer.from(chunk));
			done();
		},
	});
	try {
		await using api = client({baseUrl: server.url, retry: {maxRetries: 1, delayMs: 1}});
		await pipeline(resource(api, {name: 'r', ...options}), ...stages, jsonl(out));
		strictEqual(server.requests.length, answers.length);
		return Buffer.concat(chunks).toString();
	} finally {
		await server.close();
	}
}

const pages = [{text: `{"data":[${one}, ${two}], "total": 3}\n`}, {text: `{"data": [${three}],"total":3}`}];
const paged = {paginator: offset({limit: 2})};

test('every digit, space and escape of a record comes through, on the first page as on the others', async () => {
	const all = `${one}\n${two}\n${three}\n`;
	strictEqual(await written(pages, {...paged, selector: 'data'}), all);
	strictEqual(await written(pages, paged), all, 'with a selector that is found out');
	const rule = {status: 200, content: 'nothing like that', action: 'fail'} as const;
	strictEqual(
		await written(pages, {...paged, selector: 'data', responseActions: [rule]}),
		all,
		'with rules that look into bodies',
	);
});

const indented = JSON.stringify({data: [{id: 1, l: [1, {}]}, {id: 2}], total: 3}, null, '\t');

test('an indented body comes through as well, each record on one line', async () => {
	const answers = [{text: indented}, {text: `{\r\n  "data": [ ${three}\r\n ] }`}];
	const all = `{"id": 1,"l": [1,{}]}\n{"id": 2}\n${three}\n`;
	strictEqual(await written(answers, {...paged, selector: 'data'}), all);
	strictEqual(await written(answers, paged), all, 'with a selector that is found out');
});

const parsed = '{"id":1,"s":"é"}\n{"id":2,"big":12345678901234567890}\n{"id":3,"l":[1,{"a":"},{"}]}\n';

test('where a stage of the program looks at records, they are parsed at once', async () => {
	const lists: boolean[] = [];
	const look = () =>
		transform('look', {
			page(page) {
				lists.push(Array.isArray(page.records));
				return page;
			},
		});
	strictEqual(await written(pages, {...paged, selector: 'data'}, look()), parsed);
	strictEqual(await written(pages, paged, look()), parsed, 'with a selector that is found out');
	deepStrictEqual(lists, [true, true, true, true]);
});

test('a stage that says it looks at no record lets their text through, and may look all the same', async () => {
	const counting = (look: boolean) =>
		transform('count', {
			needs: () => 'text',
			page(page) {
				if (look) for (const record of page.records) record.seen = true;
				return page;
			},
		});
	strictEqual(
		await written(pages, {...paged, selector: 'data'}, counting(false)),
		`${one}\n${two}\n${three}\n`,
	);
	strictEqual(
		await written(pages, {...paged, selector: 'data'}, counting(true)),
		parsed.replaceAll('}\n', ',"seen":true}\n'),
	);
});

test('a paginator that does not say what it reads sees the whole body, and the text comes through', async () => {
	const seen: number[] = [];
	const own: Paginator<number> = {
		name: 'own',
		first: 0,
		request: (draft, place) => ({...draft, params: {...draft.params, page: place}}),
		next(place, {body}) {
			const {length} = (body as {data: JsonValue[]}).data;
			seen.push(length);
			return length < 2 ? undefined : place + 1;
		},
		describe: place => `page ${place}`,
	};
	strictEqual(await written(pages, {paginator: own, selector: 'data'}), `${one}\n${two}\n${three}\n`);
	deepStrictEqual(seen, [2, 1]);
});

test('a cursor in the last record, a condition on records and a limit see them', async () => {
	strictEqual(
		await written([{text: `[${one}]`}, {text: '[]'}], {
			selector: '$',
			paginator: cursor({cursorPath: '[-1].id'}),
		}),
		`${one}\n`,
	);
	strictEqual(
		await written(pages.slice(0, 1), {...paged, selector: 'data', stopWhen: '@.id == 2'}),
		`${one}\n${two}\n`,
	);
	strictEqual(
		await written(pages.slice(0, 1), {...paged, selector: 'data', limit: {records: 1}}),
		`${one}\n`,
	);
});

test('a body that breaks off, or is no JSON somewhere, is asked for again, and nothing of it is written', async () => {
	for (const broken of [
		`{"data":[${one}, {"id":`,
		`{"data":[${one}, {"id":nope}],"total":3}`,
		`{"data":[${one}],"total":nope}`,
	]) {
		strictEqual(
			await written([{text: broken}, ...pages], {...paged, selector: 'data'}),
			`${one}\n${two}\n${three}\n`,
		);
		await rejects(written([{text: broken}, {text: broken}], {...paged, selector: 'data'}), (error: Error) => {
			match(error.message, /JSON/);
			return true;
		});
	}
});

test('the same page again under another place is noticed', async () => {
	const same = {text: `{"data":[${one},${two}]}`};
	await rejects(written([same, same], {...paged, selector: 'data'}), /the rows are the same as for offset 0/);
});
