import type {JsonRecord} from '../../src/core/page.ts';
export function keyText(record: JsonRecord, key: readonly string[]): string {
	return String(record) + key;
}
