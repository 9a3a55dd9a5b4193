/** The plan of a run as YAML: `sluice run --dry-run`. */
import {stringify} from 'yaml';
import {formatSeconds, plural} from '../core/quantity.ts';
import {scrub} from '../core/secret.ts';
import type {Listed, ResourceRecord} from '../report/record.ts';
import type {Plan, Probe, ResourcePlan, Start} from '../run/plan.ts';

export function planText({path, resources}: Plan, last: Listed<ResourceRecord> | undefined): string {
	const shown = resources.map(plan => [
		plan.resource,
		entryOf(
			plan,
			path,
			last?.items.find(({resource}) => resource === plan.resource),
		),
	]);
	return scrub(stringify(Object.fromEntries(shown), {lineWidth: 0}));
}

function entryOf(
	{resource, disposition, request, problem, parents, start, probe}: ResourcePlan,
	path: string,
	last: ResourceRecord | undefined,
): object {
	const {method, url, headers, body, needsToken} = request ?? {};
	return {
		starts: startOf(start),
		...(request && {request: `${method} ${url}`, headers}),
		...(needsToken && {credentials: 'a token, which is asked for first'}),
		...(body !== undefined && {body}),
		...(problem !== undefined && {problem}),
		...(parents.length > 0 && {requests: `for the rows of ${parents.join(' and ')}`}),
		...(start.how !== 'left-out' && {writes: `${path}/${resource}/ (${disposition})`}),
		...(probe && {first_page: probeOf(probe), ...expected(probe)}),
		...(last && {last_run: lastOf(last)}),
	};
}

function startOf(start: Start): string {
	switch (start.how) {
		case 'left-out':
			return (
				'not at all: the run that this one goes on with has finished ' +
				`it${start.finishedAt === undefined ? '' : ` at ${start.finishedAt}`}`
			);
		case 'resumed':
			return `after ${plural(start.pages, 'page')} of a run that broke off`;
		case 'restarted':
			return 'at the beginning: a run broke off, and the config has changed since';
		case 'incremental':
			return `at what is new since ${start.since}`;
		case 'beginning':
			return 'at the beginning';
	}
}

function probeOf({rows, requests, seconds: time, problem}: Probe): string {
	return problem ?? `${plural(rows, 'row')} in ${plural(requests, 'request')}, ${formatSeconds(time)}`;
}

// The estimate for reading all pages one after the other, each like the first one.
function expected({rows, reach, requests, seconds: time}: Probe): object {
	if (!reach || rows === 0) return {};
	const left = Math.max(0, reach.of - reach.came);
	const more = reach.unit === 'pages' ? left : Math.ceil(left / rows);
	const about = (more + 1) * (time / Math.max(1, requests));
	return {
		expected:
			`${plural(reach.of, reach.unit === 'pages' ? 'page' : 'row')} by the word of the API: about ` +
			`${plural(more + 1, 'request')}, ${formatSeconds(about)}`,
	};
}

function lastOf({counts, state, seconds: time}: ResourceRecord): string {
	return (
		`${plural(counts.written, 'row')} in ${plural(counts.requests, 'request')}, ${formatSeconds(time)} ` +
		`(${state})`
	);
}
