/** Writes an imported config with functions as JavaScript: a stub for each, with its text in the other language. */
import {isPlainObject} from '../config/tree.ts';
import type {CommentOptions} from './commented.ts';
import {
	configOf,
	type ImportedConfig,
	type StubFunction,
	secretNamesIn,
	variablesIn,
} from './imported-config.ts';

/** The text of `sluice.config.js`. */
export function scripted(imported: ImportedConfig, {from, source}: CommentOptions): string {
	const config = configOf(imported);
	const secrets = secretNamesIn(config);
	const variables = variablesIn(config);
	const remarks = new Map<unknown, readonly string[]>(
		imported.resources.map(({resource, remarks}) => [resource, remarks]),
	);
	const {leftOut, stubs = []} = imported;
	return `${[
		comment([
			`Imported from ${from} by sluice import ${source}.`,
			...(secrets.length > 0 ? [`Secrets, in secrets.toml beside this file: ${secrets.join(', ')}.`] : []),
			...(variables.length > 0 ? [`Variables of the environment: ${variables.join(', ')}.`] : []),
			...imported.remarks.map(remark => `${remark}.`),
		]),
		...stubs.map(stub => stubText(stub, from)),
		`export default ${spelled(config, '', remarks)};`,
		...(leftOut.length > 0
			? [comment(['Left out:', ...leftOut.map(({name, reason}) => `- ${name}: ${reason}`)])]
			: []),
	].join('\n\n')}\n`;
}

function stubText({name, parameters, source}: StubFunction, from: string): string {
	const message = `${name}() is a function of Python in ${from}: write it in JavaScript`;
	return [
		comment(source.split('\n')),
		`function ${name}(${parameters.map(parameterName).join(', ')}) {`,
		`\tthrow new Error(${JSON.stringify(message)});`,
		'}',
	].join('\n');
}

const reserved =
	/^(default|function|new|this|var|let|const|switch|case|catch|delete|enum|export|extends|super|throw|typeof|void|do|arguments|eval|static|interface|package|private|protected|public)$/;

function parameterName(name: string, index: number): string {
	return reserved.test(name) ? `a${index + 1}` : name;
}

function spelled(value: unknown, indent: string, remarks: ReadonlyMap<unknown, readonly string[]>): string {
	const inner = `${indent}\t`;
	if (typeof value === 'function') return value.name;
	if (Array.isArray(value)) {
		if (value.every(item => typeof item !== 'object' && typeof item !== 'function'))
			return `[${value.map(item => JSON.stringify(item)).join(', ')}]`;
		const items = value.map(item => {
			const lines = remarks.get(item) ?? [];
			const above =
				lines.length > 0
					? `${inner}${comment(
							lines.map(line => `${line}.`),
							inner,
						)}\n`
					: '';
			return `${above}${inner}${spelled(item, inner, remarks)},\n`;
		});
		return `[\n${items.join('')}${indent}]`;
	}
	if (!isPlainObject(value)) return JSON.stringify(value) ?? 'undefined';
	const entries = Object.entries(value).map(([key, item]) => {
		const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
		return `${inner}${name}: ${spelled(item, inner, remarks)},\n`;
	});
	return entries.length === 0 ? '{}' : `{\n${entries.join('')}${indent}}`;
}

function comment(lines: readonly string[], indent = ''): string {
	return lines.map(line => `// ${line.replace(/[\r\n\u2028\u2029]+/g, ' ')}`.trimEnd()).join(`\n${indent}`);
}
