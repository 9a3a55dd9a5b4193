import {deepEqual, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {accepted} from '../../../src/import/accepted.ts';
import {importCatalog} from '../../../src/import/singer/catalog.ts';

const properties = {
	id: {type: 'integer'},
	name: {type: ['null', 'string']},
	updated_at: {type: ['null', 'string'], format: 'date-time'},
	price: {type: ['null', 'number']},
	tags: {type: ['null', 'array'], items: {type: 'string'}},
	secret: {type: 'string'},
};
const catalog = {
	streams: [
		{
			tap_stream_id: 'orders',
			stream: 'orders',
			schema: {type: 'object', properties},
			metadata: [
				{
					breadcrumb: [],
					metadata: {
						'table-key-properties': ['id'],
						'valid-replication-keys': ['updated_at'],
						selected: true,
					},
				},
				{breadcrumb: ['properties', 'secret'], metadata: {selected: false, inclusion: 'available'}},
				{breadcrumb: ['properties', 'id'], metadata: {selected: false, inclusion: 'automatic'}},
			],
		},
		{
			tap_stream_id: 'events',
			stream: 'events',
			key_properties: [],
			replication_method: 'FULL_TABLE',
			replication_key: 'updated_at',
			schema: {properties: {a: {anyOf: [{type: 'null'}, {type: 'boolean'}]}}},
			metadata: [{breadcrumb: [], metadata: {selected: false}}],
		},
	],
};

test('a catalog becomes resources with the columns, keys and cursors of its streams', async () => {
	const whole = await accepted(importCatalog(catalog, {from: 'catalog.json', baseUrl: 'https://a.example'}));
	deepEqual(
		whole.resources.map(({resource}) => resource),
		[
			{
				name: 'orders',
				primary_key: 'id',
				write_disposition: 'merge',
				endpoint: {path: 'orders', incremental: {cursor_path: 'updated_at'}},
				columns: {id: 'bigint', name: 'text', updated_at: 'timestamp', price: 'double', tags: 'json'},
			},
			{
				name: 'events',
				write_disposition: 'replace',
				selected: false,
				endpoint: {path: 'events'},
				columns: {a: 'bool'},
			},
		],
	);
	match(whole.remarks.join(), /a catalog says nothing about requests/);
});

test('with --strict-nulls, a column whose type has no null is required', () => {
	const {resources} = importCatalog(catalog, {from: 'catalog.json', isStrict: true});
	deepEqual(resources[0]?.resource.columns, {
		id: {data_type: 'bigint', nullable: false},
		name: 'text',
		updated_at: 'timestamp',
		price: 'double',
		tags: 'json',
	});
});

test('a file of another kind is refused', () => {
	throws(() => importCatalog({}, {from: 'a.json'}), /a\.json is no catalog of a Singer tap/);
});
