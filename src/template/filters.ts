/** What may stand after `|`. */
import {otherFilters} from './filters/lists.ts';
import {textFilters} from './filters/texts.ts';
import type {Routine} from './routine.ts';

export const filters: {readonly [name: string]: Routine} = {...textFilters, ...otherFilters};
