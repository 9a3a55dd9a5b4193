/** Groups requests for the same list: those that differ in their page alone, or in the id of a parent. */
import {type CollectedRequest, type Sample, sampleOf} from './collected.ts';

export interface Group {
	readonly requests: readonly CollectedRequest[];
	readonly first: CollectedRequest;
	readonly sample: Sample | undefined;
	/** The path with the fields of parents in braces. */
	readonly path: string;
	readonly pathValues: Readonly<Record<string, string>>;
}

const id =
	/^(\d+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,}|[A-Za-z]{0,5}_?[\dA-Za-z]*\d[\dA-Za-z]*)$/i;

export function groupsOf(requests: readonly CollectedRequest[]): Group[] {
	const byKey = new Map<string, CollectedRequest[]>();
	for (const request of requests) {
		const {method, path, body, params} = request;
		const fields = params.map(([name]) => name).filter(name => /^(query|operation(name)?)$/i.test(name));
		const key = [method, patternOf(path), shapeText(body), ...fields].join(' ');
		byKey.set(key, [...(byKey.get(key) ?? []), request]);
	}
	const groups = [...byKey.values()].flatMap((among): Group[] => {
		const [any] = among;
		if (!any) return [];
		const samples = among.map(request => ({request, sample: request.answer && sampleOf(request.answer)}));
		const best = samples.find(({sample}) => sample?.isList && sample.rows.length > 0) ?? samples[0];
		const first = best?.request ?? any;
		return [{requests: among, first, sample: best?.sample, path: first.path, pathValues: first.pathValues}];
	});
	return groups.map(group => withParents(group, groups));
}

// Bodies with other values may be other pages of one list; other keys are another request.
function shapeText(body: CollectedRequest['body']): string {
	if (!body) return '';
	if ('data' in body)
		return typeof body.data === 'string' ? body.data : body.data.map(([name]) => name).join();
	const {json} = body;
	if (typeof json !== 'object' || json === null) return JSON.stringify(json);
	const {query} = json as {query?: unknown};
	return typeof query === 'string' ? query : Object.keys(json).sort().join();
}

function patternOf(path: string): string {
	return path
		.split('/')
		.map(step => (/^\{[^{}]*\}$/.test(step) || (id.test(step) && !/^v\d+$/i.test(step)) ? '{}' : step))
		.join('/');
}

/** An id in the path is that of a parent, if a row of the list before it has it. */
function withParents(group: Group, groups: readonly Group[]): Group {
	const values: Record<string, string> = {...group.pathValues};
	const steps = group.path.split('/');
	const written = steps.map((step, at) => {
		if (at === 0 || /^\{/.test(step) || !id.test(step)) return step;
		const before = patternOf(steps.slice(0, at).join('/'));
		const parent = groups.find(each => patternOf(each.path) === before && each.sample?.isList);
		const field = parent && fieldWith(parent.sample, step);
		if (field === undefined || Object.hasOwn(values, field)) return step;
		values[field] = step;
		return `{${field}}`;
	});
	return {...group, path: written.join('/'), pathValues: values};
}

function fieldWith(sample: Sample | undefined, value: string): string | undefined {
	const names = new Set(sample?.rows.flatMap(row => Object.keys(row)) ?? []);
	return [...names].find(name => /^\w+$/.test(name) && sample?.rows.some(row => String(row[name]) === value));
}
