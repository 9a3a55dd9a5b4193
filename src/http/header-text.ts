/** The text of a header in the encoding of its author. */
import {isUtf8} from 'node:buffer';

/**
 * The value, which Node read byte by byte, decoded as UTF-8 if it is valid UTF-8. Otherwise a Link or a
 * Location in raw UTF-8 would be encoded twice.
 */
export function headerText(value: string): string {
	if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value;
	const bytes = Buffer.from(value, 'latin1');
	return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
