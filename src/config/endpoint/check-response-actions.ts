/** Reports rules about the content of responses that are read row by row, as no rule sees that content. */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {asObject, type ConfigPath, type PlainObject} from '../tree.ts';
import {formatOf} from './check-body.ts';

const ofBody = ['content', 'json_path', 'wait_path', 'wait_regex'] as const;

export function checkResponseActions(resources: readonly Inherited[], ofClient: unknown): Finding[] {
	const found = new Map<string, Finding>();
	for (const {name, endpoint, placeOf} of resources) {
		const type = formatOf(endpoint);
		if (type !== 'csv' && type !== 'jsonl') continue;
		const at = placeOf('endpoint', 'response_actions');
		const findings = [
			...blindRules(endpoint.response_actions, at, {name, type}),
			...blindRules(ofClient, ['client', 'response_actions'], {name, type}),
		];
		// A rule that affects many resources is reported once.
		for (const finding of findings) if (!found.has(key(finding))) found.set(key(finding), finding);
	}
	return [...found.values()];
}

function blindRules(rules: unknown, at: ConfigPath, {name, type}: {name: string; type: string}): Finding[] {
	if (!Array.isArray(rules)) return [];
	return rules.flatMap((rule, index) => {
		const blind = ofBody.find(part => looksAt(asObject(rule), part));
		if (blind === undefined || !isAboutSuccess(asObject(rule).status_code)) return [];
		const message =
			`looks into the body, but ${name} is read as ${type}, row by row, and no rule sees it; ` +
			'give the rule a status_code of errors ("4xx", "5xx"), or decide by status_code and header';
		return [{path: [...at, index, blind], message}];
	});
}

function looksAt(rule: PlainObject, part: (typeof ofBody)[number]): boolean {
	return rule[part] != null && !(part === 'wait_regex' && rule.wait_header != null);
}

// 204 and 205 have no body, but a rule about the body is not meant for them.
function isAboutSuccess(status: unknown): boolean {
	const patterns = [status].flat().filter(pattern => pattern != null);
	return patterns.length === 0 || patterns.some(pattern => /^2/.test(String(pattern)));
}

function key({path}: Finding): string {
	return JSON.stringify(path);
}
