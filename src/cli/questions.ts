/** The questions of `sluice init` on a terminal. They go to stderr, like everything that is no data. */

import type {ImportedRequest} from '../import/imported-request.ts';
import type {Choices} from '../init/draft.ts';
import type {Findings} from '../init/findings.ts';
import type {Made} from './project.ts';
import {Interrupted} from './terminal/exit-codes.ts';
import {isUrl} from './url/flags.ts';

type Auth = NonNullable<ImportedRequest['auth']>;

export interface Questions {
	/** Asks for a URL, or a curl command. */
	source(): Promise<string>;
	credentials(): Promise<Auth | undefined>;
	/** Asks for what `given` leaves open. `takesTime`: the request has a parameter with a time. */
	choices(made: Made, given: Choices, takesTime: boolean): Promise<Choices>;
	/** Throws when the user does not want the files. */
	confirm(folder: string): Promise<void>;
}

const NONE = '';

/** Ctrl-C in a question ends the command as elsewhere; no file is written by then. */
export async function questions(signal: AbortSignal): Promise<Questions> {
	const {confirm, isCancel, password, select, text} = await import('@clack/prompts');
	const common = {signal, output: process.stderr};
	const answered = <T>(answer: T): Exclude<T, symbol> => {
		signal.throwIfAborted();
		if (isCancel(answer)) throw new Interrupted('SIGINT');
		return answer as Exclude<T, symbol>;
	};
	const line = async (message: string, placeholder?: string): Promise<string> =>
		answered(
			await text({
				message,
				...(placeholder !== undefined && {placeholder}),
				validate: given => (given?.trim() ? undefined : 'Type something, or press Ctrl-C'),
				...common,
			}),
		).trim();
	const secret = async (message: string): Promise<string> =>
		answered(
			await password({
				message: `${message} (goes into secrets.toml)`,
				validate: given => (given ? undefined : 'Type something, or press Ctrl-C'),
				...common,
			}),
		);
	const keyOf = async ({key, columns, filled}: Findings): Promise<Choices> => {
		const names = columns
			.filter(({name, type}) => filled.has(name) && ['text', 'bigint'].includes(type))
			.map(({name}) => name);
		const options = [...new Set([...(key ? [key.column] : []), ...names])].slice(0, 30);
		const chosen = answered(
			await select({
				message: 'Which column tells rows apart?',
				options: [...options.map(value => ({value, label: value})), {value: NONE, label: 'None, or several'}],
				initialValue: key?.column ?? NONE,
				maxItems: 12,
				...common,
			}),
		);
		if (chosen === key?.column) return {};
		return {key: chosen === NONE ? null : chosen};
	};
	const timeOf = async ({times, timeParams: [linked]}: Findings, takesTime: boolean): Promise<Choices> => {
		if (times.length === 0) return {};
		const chosen = answered(
			await select({
				message: 'By which time do later runs find new and changed rows?',
				options: [
					{value: NONE, label: 'None: each run reads all rows'},
					...times.map(({path, isOfChange}) => ({
						value: path,
						label: path,
						hint: isOfChange ? 'of the last change' : 'of the beginning',
					})),
				],
				initialValue: NONE,
				maxItems: 12,
				...common,
			}),
		);
		if (chosen === NONE) return {time: null};
		if (takesTime) return {time: chosen};
		const param = answered(
			await text({
				message: 'Which parameter of the API takes such a time? Empty: rows are picked out as they come',
				placeholder: linked ?? 'updated_since',
				...common,
			}),
		);
		return {time: chosen, ...(param?.trim() && {timeParam: param.trim()})};
	};
	return {
		async source() {
			const given = await line(
				'URL of a list of the API, or a curl command in one line',
				'https://api.example.com/v1/contacts',
			);
			return isUrl(given) || /\bcurl\b/.test(given) ? given : `https://${given}`;
		},
		async credentials() {
			const kind = answered(
				await select({
					message: 'How does the API know who asks?',
					options: [
						{value: 'none', label: 'It does not: anybody may read it'},
						{value: 'bearer', label: 'A token', hint: 'Authorization: Bearer …'},
						{value: 'http_basic', label: 'A user and a password'},
						{value: 'header', label: 'A key in a header'},
						{value: 'query', label: 'A key in the URL'},
					],
					...common,
				}),
			);
			switch (kind) {
				case 'bearer':
					return {type: 'bearer', token: await secret('Token')};
				case 'http_basic':
					return {type: 'http_basic', username: await line('User'), password: await secret('Password')};
				case 'header':
				case 'query': {
					const name = await line(kind === 'header' ? 'Name of the header' : 'Name of the parameter');
					return {type: 'api_key', name, api_key: await secret('Key'), location: kind};
				}
			}
			return undefined;
		},
		async choices({findings, config}, given, takesTime) {
			if (!findings || findings.rows === 0) return given;
			const isKnown = JSON.stringify(config.config.resources).includes('"primary_key"');
			const key = isKnown ? {} : await keyOf(findings);
			const time = given.time === undefined ? await timeOf(findings, takesTime) : {};
			return {...key, ...time, ...given};
		},
		async confirm(folder) {
			const where = folder === '.' ? 'this folder' : folder;
			const isWanted = answered(await confirm({message: `Write the files to ${where}?`, ...common}));
			if (!isWanted) throw new Interrupted('SIGINT');
		},
	};
}
