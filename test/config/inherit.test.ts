import {deepEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {type Inherited, inherit} from '../../src/config/inherit.ts';
import {configSchema} from '../../src/config/schema/config.ts';
import {formatPath, type PlainObject, valueAt} from '../../src/config/tree.ts';
import {registryOf} from '../../src/plugins/registry.ts';
import {problems} from './files.ts';

const base_url = 'https://api.example.com';
const few = <T>(model: {[K in keyof T]: fc.Arbitrary<T[K]>}) => fc.record(model, {requiredKeys: []});
const of = (...values: unknown[]) => fc.constantFrom(...values);

const params = fc.dictionary(fc.constantFrom('a', 'b', 'id'), of(1, 'x', null, ['p', 2]), {maxKeys: 3});
const headers = fc.dictionary(fc.constantFrom('X-A', 'x-a', 'X-B'), of('1', '2', null), {maxKeys: 2});
const paginator = of('json_link', 'single_page', {type: 'page_number', page_param: 'p'}, null);
const auth = of({type: 'bearer', token: 't'}, {type: 'api_key', name: 'k', api_key: 'v'}, null);
const columns = fc.oneof(
	of(null, {x: 'text', y: {data_type: 'bigint', nullable: false}}, {x: {type: 'double'}}),
	of(
		[
			{name: 'x', precision: 3},
			{name: 'z', merge_key: true},
		],
		[{name: 'y', type: 'text', description: 'd'}],
	),
);
const endpoint = few<PlainObject>({
	path: of('a', 'a/{id}', 'b/{cursor}', 'https://other.example/x'),
	method: of('post', 'GET', null),
	params: fc.oneof(params, of(null)),
	headers: fc.oneof(headers, of(null)),
	json: of({a: 1}, {a: {b: 2}, c: 3}, [1], null),
	paginator,
	data_selector: of('items', '$', null),
	error_path: of('error', null),
	auth,
	format: of('jsonl', 'json', null),
	response_actions: of([{status_code: 404, action: 'ignore'}], null),
});
const keys = few<PlainObject>({
	table_name: of('t', null),
	primary_key: of('id', ['a', 'b'], [], null),
	merge_key: of('day', null),
	write_disposition: of('merge', {disposition: 'replace'}, 'append', null),
	columns,
	schema_contract: of('freeze', {columns: 'evolve'}, null),
	naming: of('direct', 'snake_case', null),
	keep: of('last', null),
	selected: of(true, false, null),
	parallelized: of(true, false, null),
	partition_by: of('country', null),
});
const resource = fc
	.tuple(keys, fc.option(fc.oneof(endpoint, of('short/{id}', 'short')), {nil: undefined}))
	.map(([given, at]) => ({...given, ...(at !== undefined && {endpoint: at})}));
const config = fc
	.tuple(
		few<PlainObject>({paginator, auth, concurrency: of(1, 3)}),
		fc.tuple(keys, endpoint).map(([given, at]) => ({...given, endpoint: at})),
		fc.array(resource, {minLength: 1, maxLength: 2}),
		of('direct', undefined),
	)
	.map(([client, resource_defaults, resources, naming]) => ({
		client: {base_url, ...client},
		resource_defaults,
		resources: [...resources.map((given, index) => ({name: `r${index}`, ...given})), 'short'],
		...(naming !== undefined && {naming}),
	}));

test('what a check sees, written out in one resource, is what gets compiled', () => {
	const schema = configSchema(registryOf(undefined));
	fc.assert(
		fc.property(config, tree => {
			const {concurrency} = tree.client as PlainObject;
			const client = {base_url, ...(concurrency !== undefined && {concurrency})};
			const resources = inherit(tree).map(one => ({
				...one.keys,
				endpoint: {...one.endpoint, paginator: one.paginator},
			}));
			deepEqual(resolveResources(schema.parse({client, resources})), resolveResources(schema.parse(tree)));
		}),
		{numRuns: 400},
	);
});

test('each value stands where its place says', () => {
	fc.assert(
		fc.property(config, tree => {
			for (const one of inherit(tree))
				for (const [path, value] of valuesOf(one))
					deepEqual(valueAt(tree, one.placeOf(...path)), value, formatPath(path));
		}),
	);
});

// Those that nothing is merged into.
function* valuesOf({keys: {columns: _, ...plain}, endpoint}: Inherited): Generator<[string[], unknown]> {
	const {params, headers, json: _json, ...rest} = endpoint;
	for (const [key, value] of Object.entries(plain)) yield [[key], value];
	for (const [key, value] of Object.entries(rest)) yield [['endpoint', key], value];
	for (const [part, values] of Object.entries({params, headers}))
		for (const [key, value] of Object.entries(values as PlainObject)) yield [['endpoint', part, key], value];
}

test('a value of the defaults, of the client or of a column keeps its place', () => {
	const [one] = inherit({
		client: {auth: {type: 'bearer'}},
		resource_defaults: {
			columns: {a: {merge_key: true}},
			endpoint: {params: {x: 1, y: 2}, expressions: {entity: 'a', start: 'b'}},
		},
		resources: [
			{
				name: 'r',
				columns: [{name: 'a', nullable: false}],
				endpoint: {params: {y: ['p']}, expressions: {entity: 'c'}},
			},
		],
	});
	const place = (...path: (string | number)[]): string => formatPath(one!.placeOf(...path));
	deepEqual(
		[
			place('endpoint', 'params', 'x'),
			place('endpoint', 'params', 'y', 0),
			place('endpoint', 'expressions', 'entity'),
			place('endpoint', 'expressions', 'start'),
			place('endpoint', 'auth', 'type'),
			place('columns', 'a', 'merge_key'),
			place('columns', 'a', 'nullable'),
			place('keep'),
		],
		[
			'resource_defaults.endpoint.params.x',
			'resources[0].endpoint.params.y[0]',
			'resources[0].endpoint.expressions.entity',
			'resource_defaults.endpoint.expressions.start',
			'client.auth.type',
			'resource_defaults.columns.a.merge_key',
			'resources[0].columns[0].nullable',
			'resources[0].keep',
		],
	);
	deepEqual(
		[one!.isOwn('columns', 'a', 'merge_key'), one!.isOwn('endpoint', 'params', 'y'), one!.isOwn('keep')],
		[false, true, false],
	);
});

const head = `client: {base_url: "${base_url}"}\n`;

test('a default that a resource takes away is no problem of it', async () => {
	const overlap = '{type: page_number, overlap: 1}';
	const texts = [
		`resource_defaults: {endpoint: {paginator: ${overlap}}}\nresources: [{name: a, endpoint: ` +
			'{paginator: null}}]',
		'resource_defaults: {write_disposition: replace}\nresources: [{name: a, write_disposition: null, ' +
			'endpoint: {sync: {token_path: next, token_param: since}}}]',
		'resource_defaults: {endpoint: {format: csv, response_actions: [{content: x, action: ' +
			'ignore}]}}\nresources: [{name: a, endpoint: {format: null}}]',
		'resource_defaults: {endpoint: {data: {k: "{resources.a.id}"}}}\nresources: [{name: a, endpoint: ' +
			'{data: x}}, {name: b, endpoint: {data: {l: 1}}}]',
		'resource_defaults: {columns: {d: {merge_key: true}}, write_disposition: merge, primary_key: ' +
			'id}\nresources: [{name: a, write_disposition: append, columns: {e: text}}]',
	];
	for (const text of texts) deepEqual(await problems(head + text), [], text);
});

test('a problem of a default is reported once, where it stands', async () => {
	const text = `${head}resource_defaults:\n  endpoint:\n    params:\n      of: "{resources.c.id}"\nresources: [a, b]`;
	deepEqual(await problems(text), [
		'config.yaml:5:11: resource_defaults.endpoint.params.of: no resource "c" (did you mean "a"?)',
	]);
});
