/** Calls of functions that configs use: the environment, secrets, texts, dicts and dlt's own classes. */
import {isPlainObject} from '../../config/tree.ts';
import {variableName} from '../openapi/parameters.ts';
import {instanceOf} from './classes.ts';
import type {Call} from './evaluator.ts';
import {DottedName} from './values.ts';

interface Callee {
	/** The dotted name; `undefined` for a method of a value. */
	readonly path: string | undefined;
	readonly name: string;
	/** The value whose method it is. */
	readonly owner: unknown;
}

/** The result; `undefined` if the function is not known. */
export function called({path, name, owner}: Callee, {values, named}: Call): unknown {
	const instance = instanceOf(name, values, named);
	if (instance) return instance;
	const [first, second = named.default] = values;
	if (path !== undefined && /(^|\.)(getenv|environ\.get)$/.test(path)) return fromEnvironment(first, second);
	if (path !== undefined && /(^|\.)secrets\.get$/.test(path) && typeof first === 'string')
		return `\${secrets.${first}}`;
	if (path !== undefined && /(^|\.)config\.get$/.test(path) && typeof first === 'string')
		return fromEnvironment(variableName(first), second);
	if (path === 'dict') return {...(isPlainObject(first) ? first : {}), ...named};
	if (path === 'str' && (typeof first === 'string' || typeof first === 'number')) return String(first);
	if (path === 'int' && /^-?\d+$/.test(String(first))) return Number(first);
	if ((path === 'list' || path === 'tuple') && Array.isArray(first)) return [...first];
	if (path === 'RESTAPIConfig' || path === 'cast' || name === 'deepcopy')
		return path === 'cast' ? second : (first ?? named);
	return owner === undefined || owner instanceof DottedName ? undefined : method(owner, name, values);
}

function fromEnvironment(name: unknown, usual: unknown): string | undefined {
	if (typeof name !== 'string') return undefined;
	const isPlain =
		(typeof usual === 'string' && !/[{}$]/.test(usual) && usual !== '') || typeof usual === 'number';
	return isPlain ? `\${${name}:-${String(usual)}}` : `\${${name}}`;
}

function method(owner: unknown, name: string, [first, second]: readonly unknown[]): unknown {
	if (typeof owner === 'string') {
		if (name === 'join' && Array.isArray(first) && first.every(item => typeof item === 'string'))
			return first.join(owner);
		if (name === 'replace' && typeof first === 'string' && typeof second === 'string')
			return owner.replaceAll(first, () => second);
		if (owner.includes('${')) return undefined;
		if (name === 'lower') return owner.toLowerCase();
		if (name === 'upper') return owner.toUpperCase();
		if (name === 'strip') return owner.trim();
		if (name === 'split' && typeof first === 'string') return owner.split(first);
	}
	if (!isPlainObject(owner)) return undefined;
	if (name === 'get' && typeof first === 'string') return owner[first] ?? second ?? null;
	if (name === 'keys') return Object.keys(owner);
	if (name === 'values') return Object.values(owner);
	if (name === 'items') return Object.entries(owner);
	return name === 'copy' ? {...owner} : undefined;
}
