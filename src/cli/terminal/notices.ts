/** Events of a run that are a line of text by themselves. */
import type {ResourceStartEvent, RunEvent, RunResumeEvent} from '../../run/events.ts';

export interface Notice {
	readonly text: string;
	readonly isWarning: boolean;
}

export function noticeOf(event: RunEvent): Notice | undefined {
	switch (event.type) {
		case 'run-resume':
			return info(resumed(event));
		case 'resource-start':
			return started(event);
		case 'output-moved':
			return warning(
				`output.path is relative to ${event.config}, so this run writes to ${event.path}/. Earlier ones ` +
					`wrote to ${event.earlier}/ here: to go on from there, move it, or give --output ` +
					`${event.earlier}`,
			);
		case 'folders-renamed':
			return warning(
				`${event.resource}: its folders ${event.from} were renamed to ${event.to}, which all readers ` +
					'take right',
			);
		case 'columns-added':
			return info(
				`${event.resource}: ${event.columns.join(', ')} not in --select, and written all the same: the ` +
					'dataset needs it',
			);
		case 'failed-again':
			return info(`${event.resources.join(', ')} failed again; the next run reads all resources`);
		default:
			return undefined;
	}
}

function resumed({startedAt, failed}: RunResumeEvent): string {
	const what = failed.length > 0 ? `in which ${failed.join(', ')} failed` : 'which broke off';
	return `going on with the run of ${startedAt}, ${what}`;
}

function started({resource, start, pages}: ResourceStartEvent): Notice | undefined {
	switch (start) {
		case 'resumed':
			return info(`${resource}: resuming after page ${pages}`);
		case 'refreshed':
			return warning(
				`${resource}: starts over: the run that broke off was a --full-refresh, and this one is not`,
			);
		case 'restarted':
			return warning(
				`${resource}: starts over: its config has changed since the run that broke off, or files of it ` +
					'are gone',
			);
		case 'new':
			return undefined;
	}
}

function info(text: string): Notice {
	return {text, isWarning: false};
}

function warning(text: string): Notice {
	return {text, isWarning: true};
}
