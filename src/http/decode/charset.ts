/** Names of charsets and encodings, read as leniently as curl and browsers read them. */
import {memoize} from '../../core/remembered.ts';

// Values of servers for a body that has no encoding.
const none = [
	'',
	'identity',
	'none',
	'utf-8',
	'utf8',
	'us-ascii',
	'iso-8859-1',
	'binary',
	'8bit',
	'aws-chunked',
];

/** The encodings of a body, in the order in which they were applied. */
export function encodingsOf(header: string | undefined): string[] {
	if (header === undefined) return [];
	const names = header.split(',').map(name =>
		name
			.trim()
			.toLowerCase()
			.replace(/^"(.*)"$/, '$1'),
	);
	return names.filter(name => !none.includes(name));
}

/** The charset in a content-type, as a label of `TextDecoder` if there is one for it. */
export function charsetIn(type: string | undefined): string | undefined {
	const [, named] = /(?:^|[;,\s])charset\s*[=:]\s*["']?\s*([^\s"';,]+)/i.exec(type ?? '') ?? [];
	return named === undefined ? undefined : labelOf(named);
}

const labelOf = memoize((name: string): string => {
	const dashed = name.toLowerCase().replaceAll('_', '-');
	const spellings = [
		name,
		dashed,
		dashed.replace(/^utf-?(\d+)/, 'utf-$1'),
		dashed.replace(/^(?:cp|win|windows)-?(\d+)$/, 'windows-$1'),
	];
	return aliases[dashed] ?? spellings.find(isLabel) ?? name;
});

const aliases: Readonly<Record<string, string>> = {
	none: 'utf-8',
	// A browser would read it as windows-1252. Beyond ASCII, such bodies are usually UTF-8.
	ascii: 'utf-8',
	'us-ascii': 'utf-8',
	'utf-8-sig': 'utf-8',
	'iso-latin-1': 'latin1',
	binary: 'utf-8',
	utf8mb3: 'utf-8',
	utf8mb4: 'utf-8',
	ansi: 'windows-1252',
	unicode: 'utf-16le',
};

function isLabel(label: string): boolean {
	try {
		new TextDecoder(label);
		return true;
	} catch {
		return false;
	}
}
