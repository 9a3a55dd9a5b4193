/** Advice about a JavaScript or TypeScript file that Node does not load. */

// Node takes a .js file for CommonJS, unless the package.json beside it sets another type.
export function moduleAdvice(path: string, error: unknown): string {
	if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path))
		return `; this Node reads no TypeScript, which 22.18 and later do: use one, or write a .mjs file`;
	const isMistaken =
		path.endsWith('.js') && error instanceof SyntaxError && /\b(import|export)\b/.test(error.message);
	return isMistaken ? '; name it .mjs, or set "type": "module" in package.json' : '';
}
