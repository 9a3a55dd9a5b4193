/** Resets a request to the first page: one that was copied from page 3 would begin there. */
import {
	cursorName,
	nextTokenName,
	offsetParameter,
	pageParameter,
	plainName,
} from '../resource/paging/known-places.ts';
import type {ImportedRequest, Pair} from './imported-request.ts';

export function fromTheBeginning(request: ImportedRequest): ImportedRequest {
	const [url = '', search = ''] = request.url.split(/\?(.*)/s);
	const left: string[] = [];
	const stays = ([name, value]: Pair): boolean => {
		const isLeft = leadsOn(name, value);
		if (isLeft) left.push(name);
		return !isLeft;
	};
	const parts = search.split('&').filter(part => {
		const [pair] = new URLSearchParams(part);
		return part !== '' && (pair === undefined || stays(pair));
	});
	const params = request.params?.filter(stays);
	if (left.length === 0) return request;
	return {
		...request,
		url: parts.length === 0 ? url : `${url}?${parts.join('&')}`,
		...(params && {params}),
		notes: [
			...(request.notes ?? []),
			`left out, as reading begins at the first page: the parameter ${left.join(', ')}`,
		],
	};
}

function leadsOn(key: string, value: string): boolean {
	const name = plainName(key.replace(/\[([^\]]*)\]$/, '_$1'));
	if (
		/^\d+$/.test(value) &&
		(offsetParameter.test(name) || pageParameter.test(name) || /^page(number|offset)$/.test(name))
	)
		return true;
	// A date from which rows are requested is a part of the request's purpose.
	const isTime = /^\d{4}-\d\d/.test(value) || value.includes('${');
	return (
		!isTime &&
		value.length > 3 &&
		(cursorName.test(name) || nextTokenName.test(name) || /^(startingafter|page(after|cursor))$/.test(name))
	);
}
