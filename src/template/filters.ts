/** What may stand after `|`. */
import {listFilters} from './filters/lists.ts';
import {numberFilters} from './filters/numbers.ts';
import {textFilters} from './filters/texts.ts';
import type {Routine} from './routine.ts';

export const filters: {readonly [name: string]: Routine} = {...listFilters, ...numberFilters, ...textFilters};
