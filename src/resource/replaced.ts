/** Characters of bodies that could not be read, which stand as U+FFFD in the rows. */
import type {Warn} from '../core/warning.ts';
import type {BodyPart} from '../http/client.ts';

export interface Replaced {
	add(part: BodyPart): void;
	/** Tells of them, once the walk is about to end. */
	tell(): void;
}

export function replacedCharacters(resource: string, warn: Warn | undefined): Replaced {
	let count = 0;
	return {
		add(part) {
			count += part.replaced ?? 0;
		},
		tell() {
			if (count === 0) return;
			const what = count === 1 ? '1 character was' : `${count} characters were`;
			const message = `${what} not readable in the charset of the body, and became U+FFFD; name the right one with encoding, such as windows-1252`;
			warn?.({code: 'characters-replaced', resource, message});
			count = 0;
		},
	};
}
