import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import {configJsonSchema} from '../../src/config/schema/json-schema.ts';

const file = new URL('../../../schema.json', import.meta.url);

test('schema.json is what the schema says today: npm run schema writes it', async () => {
	assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), configJsonSchema());
});

test('every key of the JSON Schema has a description', () => {
	const missing: string[] = [];
	let keys = 0;
	const walk = (node: unknown, path: string): void => {
		if (typeof node !== 'object' || node === null) return;
		for (const [key, property] of Object.entries((node as {properties?: object}).properties ?? {})) {
			keys++;
			if (!(property as {description?: string}).description) missing.push(`${path}.${key}`);
		}
		for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`);
	};
	walk(configJsonSchema(), '');
	assert.deepEqual(missing, []);
	assert.ok(keys > 90, `only ${keys} keys were looked at`);
});
