import {deepStrictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {resolvedManifest} from '../../../src/import/airbyte/manifest.ts';
import {parseManifestText} from '../../../src/import/airbyte/yaml.ts';
import {manifests, resolution} from './shared.ts';

const resolved = (text: string) =>
	resolvedManifest(parseManifestText(text, 'manifest.yaml'), 'manifest.yaml');

test('a reference stands for what it leads to, and keys beside $ref go over it', () => {
	const {streams} = resolved(`
definitions:
  path: /v1
  base: {type: HttpRequester, url_base: https://a.example, path: '#/definitions/path'}
streams:
  - {type: DeclarativeStream, name: a, retriever: {$ref: '#/definitions/base', path: /v2}}
  - {type: DeclarativeStream, name: b, retriever: {$ref: '#/definitions/base'}}
`);
	const retrievers = (streams as {retriever: unknown}[]).map(({retriever}) => retriever);
	deepStrictEqual(retrievers, [
		{type: 'HttpRequester', url_base: 'https://a.example', path: '/v2'},
		{type: 'HttpRequester', url_base: 'https://a.example', path: '/v1'},
	]);
});

test('a key of a reference may hold slashes, and a list is entered by number', () => {
	const {streams} = resolved(`
definitions: {a/b: [{type: DeclarativeStream, name: first}]}
streams: ['#/definitions/a/b/0']
`);
	deepStrictEqual(streams, [{type: 'DeclarativeStream', name: 'first'}]);
});

test('a reference that leads nowhere, or to itself, is an error that names it', () => {
	throws(
		() => resolved('streams: ["#/definitions/none"]'),
		/refers to #\/definitions\/none, which is not in it/,
	);
	throws(
		() => resolved('definitions: {a: "#/definitions/a"}\nstreams: ["#/definitions/a"]'),
		/from within #/,
	);
});

test('parameters go down to every component, below its own keys and out of JSON Schema', () => {
	const {streams} = resolved(`
streams:
  - type: DeclarativeStream
    $parameters: {name: users, path: /users}
    retriever: {requester: {path: /own, url_base: https://a.example}}
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
`);
	const parameters = {name: 'users', path: '/users'};
	deepStrictEqual(streams, [
		{
			type: 'DeclarativeStream',
			retriever: {
				type: 'SimpleRetriever',
				requester: {
					type: 'HttpRequester',
					path: '/own',
					url_base: 'https://a.example',
					name: 'users',
					$parameters: parameters,
				},
				...parameters,
				$parameters: parameters,
			},
			schema_loader: {
				type: 'InlineSchemaLoader',
				schema: {type: 'object', properties: {}},
				...parameters,
				$parameters: parameters,
			},
			...parameters,
			$parameters: parameters,
		},
	]);
});

test('YAML is read as by PyYAML: yes is true, y is a text, 1e3 too, and a date stays a text', () => {
	deepStrictEqual(parseManifestText('[yes, off, y, n, 1e3, 1.0e+3, 2024-01-31, "3"]', 'x'), [
		true,
		false,
		'y',
		'n',
		'1e3',
		1000,
		'2024-01-31',
		'3',
	]);
});

test('what is no manifest is refused by name', () => {
	throws(() => resolved('a: 1'), /manifest\.yaml is no Airbyte manifest/);
	throws(() => resolved('a: [1'), /manifest\.yaml:1/);
});

const [texts, truth] = [manifests(), resolution()];
const skip = typeof texts === 'string' ? texts : typeof truth === 'string' ? truth : false;

test('manifests of real connectors resolve to what the Airbyte CDK makes of them', {skip}, () => {
	if (typeof texts === 'string' || typeof truth === 'string') return;
	const others: string[] = [];
	for (const [name, expected] of Object.entries(truth)) {
		const {spec, ...mine} = resolvedManifest(parseManifestText(texts.get(name) ?? '', name), name);
		const {spec: _, ...theirs} = expected;
		// The CDK leaves out where others refer to, and the record has the spec as it is written.
		const kept = Object.fromEntries(Object.entries(mine).filter(([key]) => key in theirs));
		if (JSON.stringify(sorted(kept)) !== JSON.stringify(sorted(theirs))) others.push(name);
	}
	deepStrictEqual(others, []);
});

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, item]) => [key, sorted(item)]),
	);
}
