/** Writes the page about a run to a file. */
import {access, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {stringify} from 'yaml';
import {ConfigError, SinkError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import type {RunRecord} from '../record.ts';
import {reportPage} from './page.ts';

export async function writeReport(path: string, record: RunRecord): Promise<void> {
	const {resolved} = record;
	const yaml = resolved === undefined ? undefined : stringify(resolved, {aliasDuplicateObjects: false});
	try {
		await writeFile(path, reportPage(record, yaml));
	} catch (error) {
		throw new SinkError(`${path}: the report cannot be written: ${messageOf(error)}`, {cause: error});
	}
}

/** Reports before a long run that its report cannot be written. */
export async function checkReportPath(path: string): Promise<void> {
	const folder = dirname(path);
	await access(folder).catch(() => {
		throw new ConfigError(`--report ${path}: there is no folder ${folder}; make it first`);
	});
}
