/** The form of the parts in a store. */
import {parquetFormat} from '../../formats/parquet/format.ts';

// Spark and Delta Lake have no time of day. All files have the same forms, so none has to be looked at.
const {beside: _, ...format} = parquetFormat({timeAs: 'text'});

export const partFormat = format;
