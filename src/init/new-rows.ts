/** How later runs find what is new: a time in each row, and the parameter that takes one. */
import type {Choices, Remark} from './draft.ts';
import type {Findings} from './findings.ts';
import {formatOf, type TimeParam, timeParamOf} from './newest.ts';

const FIRST_TIME = '2020-01-01T00:00:00Z';
const ENDPOINT = ['resources', 0, 'endpoint'] as const;

/** The key `incremental` of a resource: what a person chose, or what was found. */
export function incrementalIn(
	findings: Findings | undefined,
	params: {[name: string]: unknown},
	{time: chosen, timeParam}: Choices,
	remarks: Remark[],
): object | undefined {
	if (chosen === null) return undefined;
	const param = timeParamOf(params);
	const isOfCreation = param !== undefined && /creat/i.test(param.name);
	const isFound = findings?.times.some(({path}) => path === chosen) === true;
	if (chosen !== undefined && (!param || timeParam !== undefined || !isFound))
		return chosenTime(chosen, timeParam, param);
	if (!findings || findings.rows === 0) return undefined;
	const time =
		chosen === undefined
			? (findings.times.find(({isOfChange}) => isOfChange !== isOfCreation) ?? findings.times[0])
			: findings.times.find(({path}) => path === chosen);
	if (!time) return undefined;
	const {path, isOfChange} = time;
	const what = `${path} is a time in each row, by its name ${isOfChange ? 'of the last change' : 'of the beginning'}`;
	if (param) {
		delete params[param.name];
		const format = path === findings.times[0]?.path ? formatOf(param.value, findings.time) : undefined;
		remarks.push({
			about: 'new rows',
			text: `${what}, and the parameter ${param.name} takes one: later runs ask for what is new`,
			isGuess: true,
			path: [...ENDPOINT, 'incremental'],
		});
		return {
			cursor_path: path,
			start_param: param.name,
			initial_value: param.value,
			...(format !== undefined && {format}),
		};
	}
	const [linked] = findings.timeParams;
	const known =
		linked === undefined
			? "if the API's documentation names a parameter"
			: `links of the answer have ${linked}`;
	remarks.push({
		about: 'new rows',
		text: `${what}. To read only what is new since the last run, ${known}:`,
		isGuess: true,
		path: ENDPOINT,
		suggestion: {
			incremental: {
				cursor_path: path,
				start_param: linked ?? (isOfChange ? 'updated_since' : 'created_after'),
				initial_value: FIRST_TIME,
			},
		},
	});
	return undefined;
}

// Without a parameter, the API sends all rows, and those that are new are picked out.
function chosenTime(path: string, timeParam: string | undefined, param: TimeParam | undefined): object {
	const start = timeParam ?? param?.name;
	const initial = start === param?.name ? param?.value : FIRST_TIME;
	return {cursor_path: path, ...(start !== undefined && {start_param: start, initial_value: initial})};
}
