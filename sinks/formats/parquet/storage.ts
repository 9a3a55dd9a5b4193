/** The physical type in which Parquet stores the values of a column. */
import type {Column} from '../../../src/core/schema/schema.ts';
import {decimalBytes} from './decimals.ts';

export type Physical = 'BOOLEAN' | 'INT32' | 'INT64' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY';

/** A column that holds values, not other columns. */
export type LeafColumn = Exclude<Column, {type: 'list' | 'struct'}>;

export function storage(column: LeafColumn): {physical: Physical; width: number} {
	switch (column.type) {
		case 'bool':
			return {physical: 'BOOLEAN', width: 1};
		case 'date':
			return {physical: 'INT32', width: 4};
		case 'bigint':
		case 'timestamp':
		case 'time':
			return {physical: 'INT64', width: 8};
		case 'double':
			return {physical: 'DOUBLE', width: 8};
		case 'text':
		case 'json':
		case 'binary':
			return {physical: 'BYTE_ARRAY', width: 0};
		case 'decimal':
			if (column.precision <= 9) return {physical: 'INT32', width: 4};
			if (column.precision <= 18) return {physical: 'INT64', width: 8};
			return {physical: 'FIXED_LEN_BYTE_ARRAY', width: decimalBytes(column.precision)};
	}
}
