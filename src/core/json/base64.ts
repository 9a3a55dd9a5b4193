const letters = /^[A-Za-z\d+/]*={0,2}$/;

/** Whether a text is base64 by RFC 4648 §4, with its padding. The empty text is. */
export function isBase64(text: string): boolean {
	return text.length % 4 === 0 && letters.test(text);
}
