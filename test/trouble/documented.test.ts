import {deepStrictEqual} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {warningKinds} from '../../src/core/warning.ts';

test('docs/reference/trust.md lists every warning once', async () => {
	const text = await readFile(join(import.meta.dirname, '../../../docs/reference/trust.md'), 'utf8');
	const listed = [...text.matchAll(/\| `([a-z-]+)` \|/g)].map(([, code]) => code);
	deepStrictEqual(listed.toSorted(), Object.keys(warningKinds).toSorted());
});
