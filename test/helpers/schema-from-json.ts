/** What `schemaToJson()` wrote, read back: every column has a type. */

import type {JsonValue} from '../../src/core/json/json.ts';
import {declaredColumns} from '../../src/core/schema/definition.ts';
import type {Schema} from '../../src/core/schema/schema.ts';
import {definitionFromJson} from '../../src/core/schema/schema-file.ts';

export function schemaFromJson(json: JsonValue, source?: string): Schema {
	const columns = declaredColumns(definitionFromJson(json, source)).map(column => {
		if (column.type === undefined) throw new Error(`${column.name} has no type`);
		return column;
	});
	return {columns};
}
