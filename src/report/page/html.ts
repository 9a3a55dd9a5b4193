/** HTML from a template, in which every value is escaped unless it is HTML itself. */

export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

type Value = string | number | Html | readonly Html[] | undefined;

/** `html`<td>${name}</td>``. Only for the text of elements, and for attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
	return new Html(parts.map((part, i) => part + textOf(values[i])).join(''));
}

function textOf(value: Value): string {
	if (value === undefined) return '';
	if (value instanceof Html) return value.text;
	if (typeof value === 'object') return value.map(({text}) => text).join('\n');
	return escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * Text of a server must not change the direction of the text around it, nor contain characters that HTML
 * forbids.
 */
function escaped(text: string): string {
	return text
		.replace(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
		.replace(/[&<>"']/g, found => entities[found] ?? found);
}

/** Data for a script element; no text in it can end the element. */
export function inScript(value: unknown): Html {
	const unsafe = /[<>&\u2028\u2029]/g;
	return new Html(
		JSON.stringify(value).replace(unsafe, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`),
	);
}
