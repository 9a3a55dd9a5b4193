/** The record that `sluice run` keeps of a run for its report, and the page that it writes on request. */
import type {LoadedConfig} from '../config/load/load.ts';
import {messageOf} from '../core/stage.ts';
import type {keepRecord as keep} from '../report/keep.ts';
import type {Recorder} from '../report/recorder.ts';
import type {resolvedConfig as resolve} from '../report/resolved.ts';
import type {RunEvent} from '../run/events.ts';
import type {Log} from './terminal/log.ts';
import {path} from './verb.ts';

export const reportOption = {
	...path,
	describe: 'Write a page about the run to this file: report.html',
} as const;

/** Fails before the run if the page cannot be written there. */
export async function checkReport(file: string | undefined): Promise<void> {
	if (file === undefined) return;
	const {checkReportPath} = await import('./imports/reporting.ts');
	await checkReportPath(file);
}

export interface RunReportOptions {
	readonly loaded: LoadedConfig;
	readonly recorder: Recorder;
	/** Folder of the datasets. */
	readonly root: string;
	/** The path of the page; without it, only the record is kept. */
	readonly file: string | undefined;
	readonly log: Log;
	/** The function from `writing.ts`, which is loaded already. */
	readonly keepRecord: typeof keep;
	readonly resolvedConfig: typeof resolve;
}

export class RunReport {
	private readonly options: RunReportOptions;
	private resources: readonly string[] | undefined;

	constructor(options: RunReportOptions) {
		this.options = options;
	}

	readonly onEvent = (event: RunEvent): void => {
		if (event.type === 'run-start') this.resources = event.resources;
		this.options.recorder.onEvent(event);
	};

	/**
	 * Keeps the record, also of a run that `failure` interrupted. The written rows do not depend on it: an
	 * error of the report is reported, and ends nothing.
	 */
	async end(failure?: unknown): Promise<void> {
		const {loaded, recorder, root, file, log, keepRecord, resolvedConfig} = this.options;
		// A refused run has nothing to report.
		if (!this.resources) return;
		const resolved = resolvedConfig(loaded, this.resources);
		const record = recorder.record({resolved, failure});
		try {
			await keepRecord(root, record);
		} catch (error) {
			if (failure === undefined && record.outcome === 'done')
				log.warn(`the record of this run could not be kept for sluice report: ${messageOf(error)}`);
		}
		if (file === undefined) return;
		const {writeReport} = await import('./imports/reporting.ts');
		await writeReport(file, record).catch(error => log.error(error));
	}
}
