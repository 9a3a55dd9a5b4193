/** Writes the pages that are made from the code. */
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {generatedPages} from './generated.ts';
import {root} from './pages.ts';

for (const [path, text] of Object.entries(generatedPages)) await writeFile(join(root, path), await text());
