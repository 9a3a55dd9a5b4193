/** The columns of `data.js`, for writers that are told them: ours, and parquetjs-lite's own. */

/** @type {import('../dist/src/index.js').Schema} */
export const schema = {
	columns: [
		{name: 'id', type: 'bigint', nullable: false},
		{name: 'uuid', type: 'text', nullable: true},
		{name: 'email', type: 'text', nullable: true},
		{name: 'name', type: 'text', nullable: true},
		{name: 'status', type: 'text', nullable: true},
		{name: 'score', type: 'double', nullable: true},
		{name: 'balance', type: 'double', nullable: true},
		{name: 'is_active', type: 'bool', nullable: true},
		{name: 'created_at', type: 'timestamp', nullable: true},
		{name: 'updated_at', type: 'timestamp', nullable: true},
		{name: 'note', type: 'text', nullable: true},
		{name: 'address', type: 'json', nullable: true},
	],
};

const theirs = {
	text: 'UTF8',
	bigint: 'INT64',
	double: 'DOUBLE',
	bool: 'BOOLEAN',
	timestamp: 'TIMESTAMP_MICROS',
	json: 'UTF8',
};

/** The same for parquetjs-lite. */
export const parquetjsSchema = Object.fromEntries(
	schema.columns.map(({name, type, nullable}) => [
		name,
		{type: theirs[/** @type {keyof theirs} */ (type)], optional: nullable, compression: 'SNAPPY'},
	]),
);
