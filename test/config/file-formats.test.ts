/** What a name in the list of file formats promises, wherever the list is used. */
import {deepEqual, equal, ok} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileSink} from '../../sinks/formats/format.ts';
import {fileOutput} from '../../sinks/output/output.ts';
import {fileFormat, formatOfPath} from '../../src/config/output/formats.ts';
import {rowsOfFile} from '../../src/config/output/row-count.ts';
import {formatNames} from '../../src/core/format-names.ts';
import {builtIn} from '../../src/plugins/registry.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {load} from './files.ts';

test('every format is known to the config, ends its files in its name, and has its rows counted', async () => {
	await using folder = await temporaryFolder();
	deepEqual(builtIn.formatWords, formatNames);
	for (const name of formatNames) {
		const {config} = await load(
			`client: {base_url: "https://a.b"}\nresources: [a]\noutput: {format: ${name}}`,
		);
		ok(name.startsWith(config.output?.format ?? '?'), name);
		const format = await fileFormat(name);
		equal(format.extension, name);
		const path = join(folder.path, `part.${name}`);
		equal(formatOfPath(path), name);
		const sink = fileSink(format, fileOutput(path));
		await sink.open?.();
		const schema = {columns: [{name: 'a', type: 'text', nullable: true} as const]};
		await sink.write({resource: 'a', number: 0, records: [{a: 'x\ny'}, {a: null}, {a: ''}], schema});
		await sink.close();
		equal(await rowsOfFile(path, path), 3, name);
	}
});
