/** What `schemaToJson()` wrote, read back: every column has a type. */
import {declaredColumns} from '../../src/core/definition.ts';
import type {JsonValue} from '../../src/core/json.ts';
import type {Schema} from '../../src/core/schema.ts';
import {definitionFromJson} from '../../src/core/schema-file.ts';

export function schemaFromJson(json: JsonValue, source?: string): Schema {
	const columns = declaredColumns(definitionFromJson(json, source)).map(column => {
		if (column.type === undefined) throw new Error(`${column.name} has no type`);
		return column;
	});
	return {columns};
}
