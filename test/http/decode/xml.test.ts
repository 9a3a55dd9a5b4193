import {deepStrictEqual, match, strictEqual, throws} from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import fc from 'fast-check';
import type {JsonValue} from '../../../src/core/json/json.ts';
import {client} from '../../../src/http/client.ts';
import {xmlDecoder} from '../../../src/http/decode/xml.ts';
import {readConfig} from '../../helpers/read-config.ts';
import type {Answer} from '../../helpers/respond.ts';
import {startServer} from '../../helpers/server.ts';

/** The values of answers, one after the other. */
async function decode(
	answers: readonly Answer[],
	decoder = xmlDecoder(),
	maxBodyBytes = 1 << 20,
): Promise<JsonValue[]> {
	const server = await startServer(answers.map((respond, i) => ({path: `/${i}`, respond})));
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}, maxBodyBytes});
	try {
		const values: JsonValue[] = [];
		for (const i of answers.keys())
			for await (const {value} of api.send({method: 'GET', url: new URL(`${server.url}/${i}`)}, {decoder}))
				values.push(value ?? null);
		return values;
	} finally {
		await server.close();
	}
}

const xml = (text: string, type = 'application/xml'): Answer => ({text, headers: {'content-type': type}});

test('elements are fields, attributes @fields, and texts stay as they are', async () => {
	const text = `<?xml version="1.0"?>
<!-- orders -->
<?style none?>
<order id="007" xmlns:p="urn:p">
	<zip> 01234 </zip>
	<p:total p:unit="EUR">12.50</p:total>
	<flag>true</flag>
	<item>a</item>
	<item/>
	<empty></empty>
	<note>be <b>very</b> kind</note>
	<cdata><![CDATA[<x> & ]]>y</cdata>
	<entities a="&quot;">&lt;&#65;&#x42;&amp;lt;</entities>
	<toString>1</toString>
</order>`;
	const [order] = await decode([xml(text)]);
	deepStrictEqual(order, {
		order: {
			'@id': '007',
			'@xmlns:p': 'urn:p',
			zip: '01234',
			'p:total': {'@p:unit': 'EUR', '#text': '12.50'},
			flag: 'true',
			item: ['a', null],
			empty: null,
			note: {b: 'very', '#text': 'be  kind'},
			cdata: '<x> & y',
			entities: {'@a': '"', '#text': '<AB&lt;'},
			toString: '1',
		},
	});
});

test('options name attributes otherwise, and elements that are always lists', async () => {
	const decoder = xmlDecoder({attributePrefix: '_', lists: ['tag']});
	deepStrictEqual(await decode([xml('<r a="1" tag="2"><tag>x</tag><b><tag/></b></r>')], decoder), [
		{r: {_a: '1', _tag: '2', tag: ['x'], b: {tag: [null]}}},
	]);
	throws(() => xmlDecoder({attributePrefix: ''}), /attributePrefix must not be empty/);
});

test('records are the elements of a name, whether there are many, one or none', async () => {
	const bodies = [
		'<feed total="2"><entry id="1"/><entry id="2"/></feed>',
		'<feed total="1"><entry id="3"/></feed>',
		'<feed total="0"/>',
		'<feed/>',
		'<feed><next>x</next></feed>',
	];
	const server = await startServer(bodies.map((text, i) => ({path: `/${i}`, respond: xml(text)})));
	try {
		const rows = await readConfig({
			client: {base_url: server.url, paginator: 'single_page'},
			resource_defaults: {endpoint: {format: 'xml', data_selector: 'feed.entry'}},
			resources: bodies.map((_, i) => `${i}`),
		});
		deepStrictEqual(Object.values(rows), [[{'@id': '1'}, {'@id': '2'}], [{'@id': '3'}], [], [], []]);
	} finally {
		await server.close();
	}
});

test('a selector that leads nowhere is still an error', async () => {
	const server = await startServer([
		{path: '/r', respond: xml('<error><message>feed is broken</message></error>')},
	]);
	try {
		const reading = readConfig({
			client: {base_url: server.url},
			resources: [{name: 'r', endpoint: {format: 'xml', data_selector: 'feed.entry'}}],
		});
		match(
			String(await reading.catch(String)),
			/r: GET \S+ answered 200 with an error in the body .*: feed is broken/,
		);
	} finally {
		await server.close();
	}
});

test('paths of paginators lead into XML, and rules see its text and its value', async () => {
	const page = (id: number, rest: string) => xml(`<r><rows><row><id>${id}</id></row></rows>${rest}</r>`);
	const server = await startServer([
		{path: '/r', match: {query: {after: 'b'}}, respond: page(2, '<more>false</more>')},
		{path: '/r', respond: page(1, '<next>b</next>')},
		{path: '/limited', times: 1, respond: xml('<error code="busy"/>')},
		{path: '/limited', respond: xml('<rows><row>x</row></rows>')},
	]);
	try {
		const rows = await readConfig({
			client: {base_url: server.url, retry: {max_retries: 1}},
			resource_defaults: {endpoint: {format: 'xml'}},
			resources: [
				{
					name: 'r',
					endpoint: {
						data_selector: 'r.rows.row',
						paginator: {type: 'cursor', cursor_path: 'r.next', cursor_param: 'after'},
					},
				},
				{
					name: 'limited',
					endpoint: {
						data_selector: 'rows.row',
						paginator: 'single_page',
						response_actions: [
							{content: '<rows><row>', json_path: 'nothing', action: 'fail'},
							{content: '<error code=', json_path: "error['@code']", json_value: 'busy', action: 'retry'},
						],
					},
				},
			],
		});
		deepStrictEqual(rows, {r: [{id: '1'}, {id: '2'}], limited: [{value: 'x'}]});
	} finally {
		await server.close();
	}
});

test('auto knows XML by its type, its name and its first line', async () => {
	const bodies = [
		['/a', xml('<r><row>1</row><row>2</row></r>', 'application/atom+xml; charset=utf-8')],
		['/b.xml', xml('<r><row>1</row><row>2</row></r>', 'application/octet-stream')],
		['/c', xml('\n<?xml version="1.0"?><r><row>1</row><row>2</row></r>', 'text/plain')],
	] as const;
	const server = await startServer([
		...bodies.map(([path, respond]) => ({path, respond})),
		{path: '/html', respond: xml('<html/>', 'text/html')},
		{path: '/xhtml', respond: xml('<html/>', 'application/xhtml+xml')},
	]);
	const read = (path: string) =>
		readConfig({
			client: {base_url: server.url, paginator: 'single_page', retry: {max_retries: 0}},
			resources: [{name: 'r', endpoint: {path, format: 'auto'}}],
		});
	try {
		for (const [path] of bodies) deepStrictEqual(await read(path), {r: [{value: '1'}, {value: '2'}]});
		for (const path of ['/html', '/xhtml'])
			match(String(await read(path).catch(String)), /markup instead of JSON/);
	} finally {
		await server.close();
	}
});

test('the charset is that of the headers, the byte order mark or the declaration, in this order', async () => {
	const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>ü</a>`;
	const answer = (bytes: Buffer, type = 'text/xml'): Answer => ({
		base64: bytes.toString('base64'),
		headers: {'content-type': type},
	});
	const values = await decode([
		answer(Buffer.from(declared('ISO-8859-1'), 'latin1')),
		answer(Buffer.from(declared('ISO-8859-1')), 'text/xml; charset=utf-8'),
		answer(Buffer.from(`\ufeff${declared('utf-16')}`, 'utf16le')),
		answer(Buffer.from(declared('utf-16'))),
		answer(Buffer.from(`\ufeff${declared('UTF-8')}`)),
	]);
	deepStrictEqual(values, Array(5).fill({a: 'ü'}));
	await fails([answer(Buffer.from(declared('klingon')))], /in the charset klingon, which is not known here/);
});

async function fails(answers: readonly Answer[], message: RegExp, maxBodyBytes?: number): Promise<void> {
	const error = await decode(answers, xmlDecoder(), maxBodyBytes).catch((caught: unknown) => caught);
	match(String(error), message);
	strictEqual((error as Error).name, 'DecodeError');
}

for (const [what, answer, message] of [
	['cut off', xml('<a><b>1</b>'), /answered 200 with broken XML \(application\/xml\): Unclosed tag 'a'/],
	['closed by another name', xml('<a><b>1</a></b>'), /broken XML .*Expected closing tag 'b'/],
	['followed by more', xml('<a>1</a>{"b": 1}'), /broken XML/],
	['JSON', xml('{"a": 1}', 'text/plain'), /broken XML/],
	[
		'JSON by its type',
		xml('{"a": 1}', 'application/json'),
		/answered 200 with application\/json instead of XML/,
	],
	[
		'HTML',
		xml('<html/>', 'text/html; charset=utf-8'),
		/answered 200 with text\/html; charset=utf-8 instead of XML/,
	],
	['empty', xml(''), /answered 200 with an empty body/],
	['nested without end', xml(`${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`), /broken XML .*nested/],
	[
		'an entity that grows',
		xml(`<!DOCTYPE a [<!ENTITY x "${'y'.repeat(5000)}">]><a>${'&x;'.repeat(900)}</a>`),
		/broken XML .*expanded content length limit/i,
	],
	[
		'an entity from elsewhere',
		xml('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
		/External entities/,
	],
] as const) {
	test(`a body that is ${what} is an error, and not rows`, () => fails([answer], message));
}

test('a body beyond the bound is an error', () =>
	fails([xml(`<a>${'x'.repeat(2 << 20)}</a>`)], /more than 1 MiB of XML/, 1 << 20));

test('no answer has no value', async () => {
	deepStrictEqual(await decode([{status: 204}]), [null]);
});

test('texts and attributes come back as they were written, but for the space around them', async () => {
	const escaped = (text: string) => text.replace(/[&<>"\n\t]/g, character => `&#${character.charCodeAt(0)};`);
	const word = fc.string({
		unit: fc.constantFrom('0', '1', '.', 'e', '-', 'a', '<', '&', ';', '"', "'", 'é', '😀', ']]>'),
	});
	const samples = fc.sample(fc.tuple(word, word), 50);
	const values = await decode(
		samples.map(([text, attribute]) => xml(`<a b="${escaped(attribute)}"><c>${escaped(text)}</c></a>`)),
	);
	deepStrictEqual(
		values,
		samples.map(([text, attribute]) => ({a: {'@b': attribute, c: text || null}})),
	);
});

test('without the package, the error says what to install', async () => {
	const hook = `export const resolve = (name, context, next) => {
		if (name !== 'fast-xml-parser') return next(name, context);
		throw Object.assign(new Error('not found'), {code: 'ERR_MODULE_NOT_FOUND'});
	};`;
	const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
	const register = url(`import {register} from 'node:module'; register(${JSON.stringify(url(hook))});`);
	const decoder = join(import.meta.dirname, '../../../src/http/decode/xml.js');
	const script = `
		const {xmlDecoder} = await import(${JSON.stringify(decoder)});
		const response = {method: 'GET', status: 200, headers: {}};
		try { for await (const part of xmlDecoder()(response, {maxBodyBytes: 1})); }
		catch (error) { console.log(String(error)); }`;
	const {stdout} = await promisify(execFile)(process.execPath, [
		'--import',
		register,
		'--input-type=module',
		'-e',
		script,
	]);
	strictEqual(
		stdout,
		'ConfigError: format: xml needs a package that is not there: npm install fast-xml-parser\n',
	);
});
