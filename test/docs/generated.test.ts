/** Pages that are made from the code are those that the code makes now. */
import {strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {generatedPages} from './generated.ts';
import {page} from './pages.ts';

for (const [path, text] of Object.entries(generatedPages))
	test(`${path} is current; if not: npm run docs:reference`, async () =>
		strictEqual(await page(path), await text()));
