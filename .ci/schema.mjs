// Writes schema.json from the built schema: npm run schema.
import {writeFile} from 'node:fs/promises';
import {configJsonSchema} from '../dist/src/config/json-schema.js';

await writeFile(new URL('../schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, '\t')}\n`);
