/** Finds headers that cannot be sent, before the first request. */
import type {Finding} from '../finding.ts';
import {asObject, type ConfigPath, eachText, type PlainObject} from '../tree.ts';

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;
const refused = ['expect', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive'];

export function checkHeaders(config: PlainObject): Finding[] {
	const resources = Array.isArray(config.resources) ? config.resources : [];
	const found = [
		...headersOf(config.client, ['client']),
		...headersOf(asObject(config.resource_defaults).endpoint, ['resource_defaults', 'endpoint']),
	];
	for (const [index, resource] of resources.entries())
		found.push(...headersOf(asObject(resource).endpoint, ['resources', index, 'endpoint']));
	return found;
}

function headersOf(owner: unknown, at: ConfigPath): Finding[] {
	const {headers, auth} = asObject(owner);
	const auths = Array.isArray(auth) ? auth : [auth];
	return [
		...problems(headers, [...at, 'headers']),
		...auths.flatMap((one, index) => {
			const here: ConfigPath = Array.isArray(auth) ? [...at, 'auth', index] : [...at, 'auth'];
			const {access_token_request_headers: ofToken, login, name, type, location = 'header'} = asObject(one);
			const isHeader = type === 'api_key' && location === 'header' && typeof name === 'string';
			return [
				...problems(ofToken, [...here, 'access_token_request_headers']),
				...problems(asObject(login).headers, [...here, 'login', 'headers']),
				...(isHeader ? nameProblem(name, [...here, 'name']) : []),
			];
		}),
	];
}

function problems(headers: unknown, at: ConfigPath): Finding[] {
	const found = Object.keys(asObject(headers)).flatMap(name => nameProblem(name, [...at, name]));
	eachText(asObject(headers), (text, below) => {
		const [bad] = unsendable.exec(text) ?? [];
		// The value may be a secret, so only the character is shown.
		if (bad === undefined) return;
		const code = (bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
		const message = `a header cannot hold the character U+${code}; percent-encode it, or leave it out`;
		found.push({path: [...at, ...below], message});
	});
	return found;
}

function nameProblem(name: string, path: ConfigPath): Finding[] {
	if (!token.test(name))
		return [
			{
				path,
				message: `${JSON.stringify(name)} is no name of a header: letters, digits and - only`,
				atKey: true,
			},
		];
	if (!refused.includes(name.toLowerCase())) return [];
	return [
		{
			path,
			message: `the header ${name} belongs to the connection and cannot be set; leave it out`,
			atKey: true,
		},
	];
}
