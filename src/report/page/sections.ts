/** The tables of a report, in their order. */
import {bytes, formatCount, formatSeconds} from '../../core/quantity.ts';
import type {RejectsRecord, ResourceRecord, RunRecord} from '../record.ts';
import {type Html, html} from './html.ts';
import {section} from './table.ts';

export function resourcesSection({resources}: RunRecord): Html {
	return section(
		'resources',
		'Resources',
		resources,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'state', value: stateOf},
			{title: 'rows', value: ({counts}) => counts.written, isNumber: true},
			{title: 'stated', value: ({stated}) => stated, isNumber: true},
			{title: 'rejected', value: ({counts}) => counts.rejected, isNumber: true},
			{title: 'duplicates', value: ({counts}) => counts.duplicates, isNumber: true},
			{title: 'pages', value: ({counts}) => counts.pages, isNumber: true},
			{title: 'requests', value: ({counts}) => counts.requests, isNumber: true},
			{title: 'retries', value: ({counts}) => counts.retries, isNumber: true},
			{title: 'received', value: ({counts}) => bytes(counts.bytesRead), isNumber: true},
			{title: 'written', value: ({counts}) => bytes(counts.bytesWritten), isNumber: true},
			{title: 'time', value: one => formatSeconds(one.seconds), isNumber: true},
		],
		{none: 'No resource was read.'},
	);
}

function stateOf({state, error, merge}: ResourceRecord): Html {
	const merged = merge
		? html`<div>${formatCount(merge.inserted)} new, ${formatCount(merge.updated)} updated, ${formatCount(merge.deleted)} deleted</div>`
		: undefined;
	const why = error === undefined ? undefined : html`<div class="error">${error}</div>`;
	return html`<span class="state ${state.replace(' ', '-')}">${state}</span>${merged}${why}`;
}

export function statusesSection({statuses}: RunRecord): Html {
	return section(
		'statuses',
		'Requests by status',
		statuses,
		[
			{title: 'status', value: ({status}) => status},
			{title: 'requests', value: ({requests}) => requests, isNumber: true},
			{title: 'received', value: one => bytes(one.bytes), isNumber: true},
		],
		{none: 'No request was sent.'},
	);
}

export function retriesSection({retries}: RunRecord): Html {
	return section(
		'retries',
		'Retries',
		retries,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'reason', value: ({reason}) => reason},
			{title: 'times', value: ({times}) => times, isNumber: true},
			{title: 'waited', value: ({waitMs}) => formatSeconds(waitMs / 1000), isNumber: true},
		],
		{none: 'No request had to be sent again.'},
	);
}

export function waitsSection({waits}: RunRecord): Html {
	return section(
		'waits',
		'Waits for rate limits',
		waits,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'limit', value: ({limit}) => (limit === 'config' ? 'client.rate_limit' : "the server's")},
			{title: 'times', value: ({times}) => times, isNumber: true},
			{title: 'waited', value: ({waitMs}) => formatSeconds(waitMs / 1000), isNumber: true},
		],
		{none: 'No request had to wait.'},
	);
}

export function rejectsSection({rejects}: RunRecord): Html {
	return section(
		'rejects',
		'Rejected rows',
		rejects,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'column', value: ({column}) => column ?? 'the row'},
			{title: 'rows', value: ({rows}) => rows, isNumber: true},
			{title: 'reason', value: ({reason}) => reason},
			{title: 'samples', value: samplesOf},
		],
		{none: 'No row was rejected.'},
	);
}

function samplesOf({samples}: RejectsRecord): Html {
	return html`<ul>${samples.map(sample => html`<li><code>${sample}</code></li>`)}</ul>`;
}

export function warningsSection({warnings}: RunRecord): Html {
	return section(
		'warnings',
		'Warnings',
		warnings,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'code', value: ({code}) => html`<code>${code}</code>`},
			{title: 'message', value: ({message}) => message},
		],
		{none: 'Nothing looked wrong.'},
	);
}

export function driftSection({drift}: RunRecord): Html {
	return section(
		'drift',
		'Columns that changed',
		drift,
		[
			{title: 'resource', value: ({resource}) => resource},
			{title: 'change', value: ({change}) => change},
		],
		{none: 'No column is new or has changed.'},
	);
}

export function filesSection({files, output}: RunRecord): Html {
	return section(
		'files',
		`Files written to ${output}/`,
		files,
		[
			{title: 'file', value: ({path}) => html`<code>${path}</code>`},
			{title: 'kind', value: ({kind}) => kind},
			{title: 'rows', value: ({rows}) => rows, isNumber: true},
			{title: 'bytes', value: one => bytes(one.bytes), isNumber: true},
		],
		{none: 'No file was written.'},
	);
}
