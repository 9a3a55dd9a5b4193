/** Templates of a manifest, with the values of the connection and the parameters filled in. */

import type {PlainObject} from '../../config/tree.ts';
import {asObject} from '../../config/tree.ts';
import type {JsonValue} from '../../core/json/json.ts';
import {Decimal} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import {Template} from '../../template/template.ts';
import {type Connection, isUntouched} from './connection.ts';
import {LeftOut} from './outcome.ts';
import {PARAMETERS} from './parameters.ts';

export class Known {
	readonly connection: Connection;
	readonly #parameters: PlainObject;

	constructor(connection: Connection, parameters: PlainObject = {}) {
		this.connection = connection;
		this.#parameters = parameters;
	}

	/** The same values for the templates of a component, which read its own parameters. */
	in(component: unknown): Known {
		return new Known(this.connection, asObject(asObject(component)[PARAMETERS]));
	}

	/** The template with its known values computed. `what` is its name in messages. */
	template(text: string, what: string): Template {
		const [mine, twin] = [
			this.#folded(text, this.connection.config),
			this.#folded(text, this.connection.twin),
		];
		if (mine instanceof Error)
			throw new LeftOut(`${what}: the expression fails`, `${text} (${mine.message})`);
		if (twin instanceof Error || !isUntouched(mine.body, twin.body))
			throw new LeftOut(`${what}: computes with a value that only the connection has`, text);
		return mine;
	}

	/** The value as Airbyte reads it if the connection alone decides it, else the rest of the template. */
	value(given: unknown, what: string): JsonValue | Template {
		if (typeof given !== 'string') return (given ?? null) as JsonValue;
		const template = this.template(given, what);
		if (!isSettled(template)) return template;
		try {
			return template.literal({});
		} catch (error) {
			throw new LeftOut(`${what}: the expression fails`, `${given} (${messageOf(error)})`);
		}
	}

	/** A value that the connection alone decides. Throws `LeftOut` if it depends on more. */
	constant(given: unknown, what: string): JsonValue {
		const value = this.value(given, what);
		if (value instanceof Template) throw new LeftOut(`${what}: an expression`, value.source);
		return value;
	}

	/** A text that the connection alone decides; empty if there is none. */
	text(given: unknown, what: string): string {
		const template = this.template(asPrinted(given), what);
		if (!isSettled(template)) throw new LeftOut(`${what}: an expression`, template.source);
		try {
			return template.text({}) ?? '';
		} catch (error) {
			throw new LeftOut(`${what}: the expression fails`, `${asPrinted(given)} (${messageOf(error)})`);
		}
	}

	/**
	 * A required text. A value that the connection lacks is read from the environment. `otherwise` stands in
	 * for one that the spec lacks too. @default the stream is left out
	 */
	needed(given: unknown, what: string, otherwise?: () => string): string {
		const found = this.text(given, what);
		if (found !== '') return found;
		const filled = new Known(this.connection.filled, this.#parameters).text(given, what);
		if (filled !== '') return filled;
		if (otherwise) return otherwise();
		throw new LeftOut(`${what}: the connection has no value for it`, asPrinted(given));
	}

	#folded(text: string, config: PlainObject): Template | Error {
		try {
			return Template.parse(text).folded({config, parameters: this.#parameters});
		} catch (error) {
			return error as Error;
		}
	}
}

export function isSettled({names, readsClock}: Template): boolean {
	return names.size === 0 && !readsClock;
}

/** A value in the form in which Python prints it. */
export function asPrinted(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (value instanceof Decimal) return value.text;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
