import {ownValue} from '../../core/own.ts';
import type {PageStart} from '../../resource/paging/paginator.ts';
import {type ParameterPlace, removePlaceholder, setParameter} from '../../resource/paging/request-draft.ts';
import {text} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {CURSOR, cursorHeader, cursorInPath} from './common-fields.ts';

/**
 * The cursor of the next page comes in a response header. The walk ends if the header is missing or empty.
 * @example headerCursor({cursorKey: 'X-Next', cursorParam: 'cursor'})
 */
export const headerCursor = definePaginator({
	type: 'header_cursor',
	summary: 'Sends back a value that a header of the last response held.',
	example: {cursorKey: 'X-Next', cursorParam: 'after'},
	nextRequest: 'any',
	fields: {
		cursorKey: text({default: 'next', doc: 'Name of the response header.'}),
		cursorParam: text({
			default: 'cursor',
			null: 'absent',
			unless: ['cursorHeader', 'cursorInPath'],
			doc: 'Query parameter it is sent in.',
		}),
		cursorHeader,
		cursorInPath,
	},
	make({cursorKey, cursorParam = 'cursor', cursorHeader, cursorInPath = false}): Paging<string | null> {
		const header = cursorKey.toLowerCase();
		const inRequest: ParameterPlace =
			cursorHeader === undefined ? {param: cursorParam} : {header: cursorHeader};
		const where = cursorInPath ? {placeholder: CURSOR} : inRequest;
		const next = ({headers}: PageStart): string | undefined => ownValue(headers, header)?.trim() || undefined;
		return {
			reads: [],
			first: null,
			request(draft, place) {
				if (place !== null) return setParameter(draft, where, place);
				return cursorInPath ? removePlaceholder(draft, CURSOR) : draft;
			},
			values: place => ({cursor: place ?? undefined}),
			next: (_place, answer) => next(answer),
			foresee: (_place, start) => start && next(start),
			ends: () => ({nextHeader: header}),
			describe: place => (place === null ? 'the first page' : `cursor ${place}`),
		};
	},
});

export type HeaderCursorOptions = OptionsOf<typeof headerCursor>;
