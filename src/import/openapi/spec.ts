/** An OpenAPI document: its version, and the parts that others refer to. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';

const MOST_REFERENCES = 32;

export class Spec {
	readonly root: PlainObject;
	/** Whether it is Swagger 2, where schemas, servers and credentials stand in other places. */
	readonly isSwagger: boolean;
	/** References that lead out of the document. */
	readonly elsewhere = new Set<string>();

	constructor(root: PlainObject, from: string) {
		const {openapi, swagger} = root;
		this.isSwagger = String(swagger ?? '').startsWith('2');
		if (!this.isSwagger && !/^3\./.test(String(openapi ?? '')))
			throw new ConfigError(
				`${from} is no OpenAPI document: expected "openapi: 3.x" or "swagger: 2.0" in it, ${
					openapi === undefined && swagger === undefined
						? 'there is neither'
						: `got ${String(openapi ?? swagger)}`
				}`,
			);
		this.root = root;
	}

	/** The object itself, or the one that its `$ref` leads to. */
	object(value: unknown): PlainObject {
		let at = value;
		for (let i = 0; i < MOST_REFERENCES; i++) {
			if (!isPlainObject(at)) return {};
			const {$ref} = at;
			if (typeof $ref !== 'string') return at;
			at = this.#target($ref);
		}
		return {};
	}

	list(value: unknown): PlainObject[] {
		return Array.isArray(value) ? value.map(item => this.object(item)) : [];
	}

	/** The last word of a reference: the name of a schema. */
	nameOf(value: unknown): string | undefined {
		const {$ref} = asObject(value);
		return typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
	}

	#target(reference: string): unknown {
		if (!reference.startsWith('#')) {
			this.elsewhere.add(reference);
			return undefined;
		}
		let at: unknown = this.root;
		for (const step of reference.slice(1).split('/').filter(Boolean)) {
			const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
			if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
			at = (at as PlainObject)[key];
		}
		return at;
	}
}

function decoded(step: string): string {
	try {
		return decodeURIComponent(step);
	} catch {
		return step;
	}
}
