/** The column with a key of the record in the rows of its lists. */
export function parentKey(table: string, column: string): string {
	return `_${table}_${column.replace(/^_/, '')}`;
}
