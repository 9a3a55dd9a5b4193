/**
 * The width of a text on a terminal. The bundle also gives it to yargs, in place of string-width
 * (.ci/build.mjs): hence the default export.
 */

const wide =
	/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const invisible = /\p{Mark}|\p{Emoji_Modifier}|\u200d|\ufe0f/u;

/** The number of terminal columns of a text: East Asian characters and emoji take two. */
export default function width(text: string): number {
	let sum = 0;
	for (const character of text) {
		if (character < '\u0300') sum++;
		else if (!invisible.test(character)) sum += wide.test(character) ? 2 : 1;
	}
	return sum;
}
