import {ownValue} from '../../core/own.ts';
import type {PageStart} from '../../resource/paging/paginator.ts';
import {type ParameterPlace, removePlaceholder, setParameter} from '../../resource/paging/request-draft.ts';
import {placeholder, text} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';

const PLACEHOLDER = '{cursor}';

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
		cursorHeader: text({
			optional: true,
			null: 'absent',
			doc: 'Request header it is sent in, instead of cursor_param.',
		}),
		cursorInPath: placeholder('cursor', {
			doc: 'It replaces {cursor} in the path; the first request goes out without that segment.',
		}),
	},
	make({cursorKey, cursorParam = 'cursor', cursorHeader, cursorInPath = false}): Paging<string | null> {
		const header = cursorKey.toLowerCase();
		const inRequest: ParameterPlace =
			cursorHeader === undefined ? {param: cursorParam} : {header: cursorHeader};
		const where = cursorInPath ? {placeholder: PLACEHOLDER} : inRequest;
		const next = ({headers}: PageStart): string | undefined => ownValue(headers, header)?.trim() || undefined;
		return {
			reads: [],
			first: null,
			request(draft, place) {
				if (place !== null) return setParameter(draft, where, place);
				return cursorInPath ? removePlaceholder(draft, PLACEHOLDER) : draft;
			},
			next: (_place, answer) => next(answer),
			foresee: (_place, start) => start && next(start),
			ends: () => ({nextHeader: header}),
			describe: place => (place === null ? 'the first page' : `cursor ${place}`),
		};
	},
});

export type HeaderCursorOptions = OptionsOf<typeof headerCursor>;
