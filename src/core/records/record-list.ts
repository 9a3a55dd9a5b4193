/** The records of a page, as a stage sees them. */
import type {JsonObject} from '../json/json.ts';

/**
 * A list of records; any array is one. The list of `resource()` may still be the text of the answer, and
 * makes the records when a stage accesses one; so it has the reading methods of an array, and `at(0)` in
 * place of `[0]`. `[...records]` and `slice()` make an array of it.
 */
export interface RecordList extends Iterable<JsonObject> {
	readonly length: number;
	/** A negative index counts from the end. */
	at(index: number): JsonObject | undefined;
	slice(start?: number, end?: number): JsonObject[];
	map<T>(change: (record: JsonObject, index: number) => T): T[];
	flatMap<T>(change: (record: JsonObject, index: number) => T | readonly T[]): T[];
	filter(test: (record: JsonObject, index: number) => unknown): JsonObject[];
	find(test: (record: JsonObject, index: number) => unknown): JsonObject | undefined;
	findIndex(test: (record: JsonObject, index: number) => unknown): number;
	some(test: (record: JsonObject, index: number) => unknown): boolean;
	every(test: (record: JsonObject, index: number) => unknown): boolean;
	forEach(run: (record: JsonObject, index: number) => void): void;
	reduce<T>(add: (sum: T, record: JsonObject, index: number) => T, start: T): T;
	entries(): IterableIterator<[number, JsonObject]>;
	values(): IterableIterator<JsonObject>;
}
