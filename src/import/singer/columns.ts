/** The columns of a stream, from the JSON Schema of its tap. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {columnsOf} from '../openapi/columns.ts';
import {shapeOf} from '../openapi/schema.ts';
import {Spec} from '../openapi/spec.ts';

/** A field is nullable if its type allows null. With `isStrict`, all others are required. */
export function columnsOfStream(schema: unknown, isStrict: boolean): PlainObject | undefined {
	const root = asObject(schema);
	const spec = new Spec({...root, openapi: '3.1.0'}, '');
	const row = shapeOf(spec, root);
	return columnsOf(spec, {...row, required: Object.keys(row.properties)}, isStrict);
}
