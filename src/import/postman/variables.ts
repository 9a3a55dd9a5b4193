/** Variables of a collection: `{{name}}` becomes its value, a secret, or a variable of the environment. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {literal} from '../imported-request.ts';
import {variable} from '../openapi/parameters.ts';
import {isSecretByName, looksRandom, type Secrets} from '../requests/secrets.ts';

const MOST_LEVELS = 8;

export class Variables {
	readonly #values: ReadonlyMap<string, PlainObject>;
	readonly #secrets: Secrets;

	constructor(lists: readonly unknown[], secrets: Secrets) {
		this.#secrets = secrets;
		// Variables of an inner folder go before those of the collection.
		this.#values = new Map(
			lists.flatMap(list =>
				(Array.isArray(list) ? list : []).map(item => {
					const given = asObject(item);
					return [String(given.key ?? given.id), given] as const;
				}),
			),
		);
	}

	/** The text as one of a config. */
	text(given: unknown, level = 0): string {
		const parts = String(given ?? '').split(/\{\{\s*([^{}]+?)\s*\}\}/);
		return parts.map((part, i) => (i % 2 === 0 ? literal(part) : this.#value(part, level))).join('');
	}

	/** The dynamic variable in it, such as `$guid`, which has another value in each request. */
	dynamicIn(given: unknown): string | undefined {
		return /\{\{\s*(\$\w+)\s*\}\}/.exec(JSON.stringify(given ?? ''))?.[1];
	}

	#value(name: string, level: number): string {
		const found = this.#values.get(name);
		const isUsed = found !== undefined && found.disabled !== true && level < MOST_LEVELS;
		const value = isUsed ? found.value : undefined;
		const isSecret = found?.type === 'secret' || isSecretByName(name);
		const text = value === undefined || value === null || value === '' ? undefined : String(value);
		if (isSecret || (text !== undefined && looksRandom(text)))
			return this.#secrets.reference(name, text ?? '');
		return text === undefined ? variable(name) : this.text(text, level + 1);
	}
}
