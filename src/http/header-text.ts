/** Text of headers as their author wrote it. */
import {isUtf8} from 'node:buffer';

/**
 * The value, which was read byte by byte, as UTF-8 where it is that. A Link or a Location in raw UTF-8 would
 * be encoded twice else.
 */
export function headerText(value: string): string {
	if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value;
	const bytes = Buffer.from(value, 'latin1');
	return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
