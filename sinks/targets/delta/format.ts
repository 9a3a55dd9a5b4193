/** The form of the files of a Delta table. */
import {partFormat} from '../store/part-format.ts';

const {typed, ...format} = partFormat;

/** The log says which columns a table has, so that older files may lack some of them. */
export const deltaFormat = {...format, ...(typed && {typed: {...typed, absentIsNull: true}})};
