/** The result of each resource of a run, from its events. */
import {messageOf} from '../core/stage.ts';
import type {ResourceEndEvent, RunEvent} from '../run/events.ts';
import {BoundedMap, shortText} from './bounded.ts';
import type {Listed, ResourceRecord} from './record.ts';

const MOST = 200;

interface Entry {
	readonly resource: string;
	state: ResourceRecord['state'] | 'running';
	startedMs: number;
	seconds: number;
	counts: {-readonly [name in keyof ResourceRecord['counts']]: number};
	end?: Pick<ResourceRecord, 'stated' | 'merge'>;
	/** Why it failed. */
	error?: unknown;
}

export class ResourceEntries {
	private readonly entries = new BoundedMap<Entry>(MOST);

	take(event: RunEvent, now: number): void {
		switch (event.type) {
			case 'run-start':
				for (const resource of event.resources) this.of(resource);
				break;
			case 'resource-skip':
				this.change(event.resource, {state: 'left out'});
				break;
			case 'resource-start':
				this.change(event.resource, {state: 'running', startedMs: now});
				break;
			case 'page':
				this.add(event.resource, {pages: 1, written: event.rows, rejected: event.rejected});
				break;
			case 'request':
				this.add(event.label, {requests: 1, bytesRead: event.bytes});
				break;
			case 'retry':
				this.add(event.label, {retries: 1});
				break;
			case 'resource-end':
				this.end(event, now);
				break;
		}
	}

	/** `failure` is the error that interrupted the run: resources that it ended have no error of their own. */
	list(now: number, failure?: unknown): Listed<ResourceRecord> {
		const {items, more} = this.entries.list();
		const records = items.map(({resource, state, startedMs, seconds, counts, end, error}): ResourceRecord => {
			if (state === 'running')
				return {resource, state: 'broken off', seconds: (now - startedMs) / 1000, counts};
			if (error === undefined) return {resource, state, seconds, counts, ...end};
			if (error === failure) return {resource, state: 'broken off', seconds, counts};
			return {resource, state, seconds, counts, error: shortText(messageOf(error))};
		});
		return {items: records, more};
	}

	private end(event: ResourceEndEvent, now: number): void {
		const entry = this.of(event.resource);
		if (!entry) return;
		entry.seconds = entry.state === 'running' ? (now - entry.startedMs) / 1000 : 0;
		if (!event.ok) {
			entry.state = 'failed';
			entry.error = event.error;
			return;
		}
		const {
			stated,
			seconds,
			pages,
			written,
			duplicates,
			rejected,
			requests,
			retries,
			bytesRead,
			bytesWritten,
		} = event.summary;
		entry.state = 'done';
		entry.seconds = seconds;
		entry.counts = {pages, written, duplicates, rejected, requests, retries, bytesRead, bytesWritten};
		entry.end = {...(stated !== undefined && {stated}), ...(event.merge && {merge: event.merge})};
	}

	private of(resource: string): Entry | undefined {
		return this.entries.of(resource, () => ({
			resource: shortText(resource),
			state: 'not begun',
			startedMs: 0,
			seconds: 0,
			counts: {
				pages: 0,
				written: 0,
				duplicates: 0,
				rejected: 0,
				requests: 0,
				retries: 0,
				bytesRead: 0,
				bytesWritten: 0,
			},
		}));
	}

	private change(resource: string, values: Partial<Pick<Entry, 'state' | 'startedMs'>>): void {
		const entry = this.of(resource);
		if (entry) Object.assign(entry, values);
	}

	// Requests of a token, or of a parent that is read only for its children, belong to no resource of the run.
	private add(resource: string | undefined, amounts: Partial<Entry['counts']>): void {
		const counts = resource === undefined ? undefined : this.entries.get(resource)?.counts;
		if (!counts) return;
		for (const [name, amount] of Object.entries(amounts)) counts[name as keyof Entry['counts']] += amount;
	}
}
