/** What a run tells those that watch it: Prometheus and OpenTelemetry. */
import assert from 'node:assert/strict';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import * as api from '@opentelemetry/api';
import {Metrics} from '../../src/report/telemetry/metrics.ts';
import {type Api, Traces} from '../../src/report/telemetry/traces.ts';
import {run} from '../../src/run/run.ts';
import {workspace} from '../helpers/binary.ts';
import {fakeApi} from '../helpers/fake-api.ts';
import {temporaryFolder} from '../helpers/folder.ts';

const rows = Array.from({length: 45}, (_, id) => ({id}));
const config = (url: string): string => `client: {base_url: ${url}, retry: {delay: 0}}
output: {format: jsonl}
resources: [{name: rows, endpoint: {path: rows, data_selector: data, paginator: {type: offset, limit: 20}}}]
`;

describe('--metrics-file', () => {
	it('has the figures of a run', async () => {
		await using server = await fakeApi(rows, {failures: {1: {status: 503}}});
		await using place = await workspace({'sluice.yaml': config(server.url)});
		const {code, stderr} = await place.sluice(['run', '--metrics-file', 'run.prom'], {timeoutMs: 60_000});
		assert.equal(code, 0, stderr);
		const text = await place.read('run.prom');
		for (const line of [
			'# TYPE sluice_requests_total counter',
			'sluice_requests_total{resource="rows",status="200"} 3',
			'sluice_requests_total{resource="rows",status="503"} 1',
			'sluice_retries_total{resource="rows"} 1',
			'sluice_rows_total{resource="rows"} 45',
			'sluice_resource_success{resource="rows"} 1',
			'sluice_run_success 1',
		])
			assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`);
		assert.ok((await place.list()).every(path => !path.endsWith('.part')));
		// The collector has a user of its own.
		const {mode} = await stat(join(place.path, 'run.prom'));
		assert.equal(mode & 0o044, 0o044 & ~process.umask());
	});

	it('tells of a run that fails', async () => {
		await using server = await fakeApi(rows, {failures: {0: {status: 404}}});
		await using place = await workspace({'sluice.yaml': config(server.url)});
		const {code} = await place.sluice(['run', '--metrics-file', 'run.prom'], {timeoutMs: 60_000});
		assert.equal(code, 3);
		assert.match(await place.read('run.prom'), /^sluice_run_success 0$/m);
	});

	it('escapes labels, and has a bound', () => {
		const metrics = new Metrics();
		for (let i = 0; i < 1500; i++)
			metrics.onEvent({type: 'page', resource: `a"\n${i}`, page: 0, rows: 1, rejected: 0});
		const lines = metrics.text().split('\n');
		assert.ok(lines.includes('sluice_rows_total{resource="a\\"\\n0"} 1'));
		assert.ok(lines.includes('sluice_rows_total{resource="other"} 500'));
	});
});

interface Told {
	readonly name: string;
	readonly parent: string | undefined;
	readonly attributes: Record<string, unknown>;
	isEnded: boolean;
}

/** A tracer that notes spans, in the place of an SDK. */
function tracing(): {told: Told[]; api: Api} {
	const told: Told[] = [];
	const byContext = new Map<string, Told>();
	const tracer = {
		startSpan(name: string, options: api.SpanOptions = {}, context = api.context.active()): api.Span {
			const parent = api.trace.getSpan(context)?.spanContext().spanId;
			const span: Told = {
				name,
				parent: parent === undefined ? undefined : byContext.get(parent)?.name,
				attributes: {...options.attributes},
				isEnded: false,
			};
			const id = String(told.push(span));
			byContext.set(id, span);
			const handle = {
				spanContext: () => ({traceId: '1', spanId: id, traceFlags: 1}),
				setAttribute(key: string, value: unknown) {
					span.attributes[key] = value;
					return handle;
				},
				setStatus: () => handle,
				addEvent: () => handle,
				end() {
					span.isEnded = true;
				},
			};
			return handle as unknown as api.Span;
		},
	};
	return {told, api: {...api, trace: Object.assign(Object.create(api.trace), {getTracer: () => tracer})}};
}

it('a run has spans of itself, its resources, their requests and commits', async () => {
	await using server = await fakeApi(rows);
	await using folder = await temporaryFolder();
	const {told, api: watched} = tracing();
	const traces = new Traces(watched);
	const resources = [
		{
			name: 'rows',
			endpoint: {path: 'rows', data_selector: 'data', paginator: {type: 'offset', limit: 20}},
		},
	];
	await run({client: {base_url: server.url}, resources} as never, {
		output: folder.path,
		format: 'jsonl',
		onEvent: traces.onEvent,
	});
	traces.end();
	assert.deepEqual(
		told.map(({name, parent}) => [name, parent]),
		[
			['sluice run', undefined],
			['rows', 'sluice run'],
			['GET', 'rows'],
			['GET', 'rows'],
			['GET', 'rows'],
			['commit', 'rows'],
		],
	);
	assert.ok(told.every(({isEnded}) => isEnded));
	assert.equal(told[2]?.attributes['http.response.status_code'], 200);
	assert.equal(told[1]?.attributes['sluice.rows'], 45);
});

it('a run gives its spans to an SDK that was loaded before', async () => {
	await using server = await fakeApi(rows);
	const sdk = `import * as api from '${import.meta.resolve('@opentelemetry/api')}';
const {trace, INVALID_SPAN_CONTEXT} = api;
trace.setGlobalTracerProvider({getTracer: () => ({startSpan(name) {
	console.error('span ' + name);
	return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}})});`;
	await using place = await workspace({'sluice.yaml': config(server.url), 'sdk.mjs': sdk});
	const {code, stderr} = await place.sluice(['run'], {
		env: {NODE_OPTIONS: `--import=${place.path}/sdk.mjs`},
		timeoutMs: 60_000,
	});
	assert.equal(code, 0, stderr);
	assert.match(stderr, /span sluice run\n/);
	assert.match(stderr, /span commit\n/);
});
