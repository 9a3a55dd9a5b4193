/** Expressions in double braces, as in Jinja: `{{ record.first ~ ' ' ~ record.last }}`. */
import type {JsonValue} from '../core/json.ts';
import {compiled, type Evaluation, language} from './compile.ts';
import {Fault, Missing, TemplateError} from './errors.ts';
import {Folder} from './fold.ts';
import {needsOf, setNames} from './names.ts';
import type {Statement} from './nodes.ts';
import {asLiteral, asOwn} from './outcome.ts';
import {parseTemplate} from './parse.ts';
import {textOf} from './python-text.ts';
import {Run} from './run.ts';
import {type Printing, printing} from './statements.ts';
import type {Scope, Value} from './values.ts';

export interface TemplateOptions {
	/** What `now_utc()` and the like go by. Default: the clock of this machine. */
	readonly clock?: () => Date;
}

export class Template {
	/** The text of the template. */
	readonly source: string;
	readonly body: readonly Statement[];
	/** What the template needs from outside. */
	readonly names: ReadonlySet<string>;
	/** The template asks for the time, or for a new id. */
	readonly readsClock: boolean;
	readonly #isExpression: boolean;
	readonly #clock: () => Date;
	readonly #value: Evaluation;

	/** Throws a `TemplateError` that says where, for a text that is no template. */
	static parse(text: string, {clock = () => new Date()}: TemplateOptions = {}): Template {
		const {source, body, isExpression} = parseTemplate(text);
		return new Template(source, body, isExpression, clock);
	}

	private constructor(source: string, body: readonly Statement[], isExpression: boolean, clock: () => Date) {
		this.source = source;
		this.body = body;
		this.#isExpression = isExpression;
		this.#clock = clock;
		const {names, readsClock} = needsOf(body);
		this.names = names;
		this.readsClock = readsClock;
		this.#value = this.#guarded(() => evaluationOf(body, isExpression));
	}

	/**
	 * The outcome as Airbyte reads it: printed, and then taken for a literal of Python where it is one. `null`
	 * where nothing is printed, or a value that the template goes on from is missing.
	 */
	value(scope: Scope): JsonValue {
		return this.#evaluated(scope, asLiteral) ?? null;
	}

	/** The printed text; `null` where a value that the template goes on from is missing. */
	text(scope: Scope): string | null {
		return this.#evaluated(scope, textOf) ?? null;
	}

	/**
	 * The value of the one `{{ … }}` as it is: a text `"007"` stays a text. With anything beside it, the printed
	 * text.
	 */
	own(scope: Scope): JsonValue {
		return this.#evaluated(scope, asOwn) ?? null;
	}

	/**
	 * The template with what is known computed. It gives the same as this one for a scope that has the known
	 * values. The time is known only with `clock`.
	 */
	folded(known: Scope, {clock}: TemplateOptions = {}): Template {
		return this.#guarded(() => {
			const folder = new Folder(this.body, known, clock);
			const [only] = this.body;
			const body: Statement[] =
				this.#isExpression && only?.kind === 'output'
					? [{...only, value: folder.node(only.value)}]
					: folder.statements(this.body);
			return new Template(this.source, body, this.#isExpression, this.#clock);
		});
	}

	#evaluated<Outcome>(scope: Scope, read: (value: Value) => Outcome): Outcome | undefined {
		const run = new Run(scope, this.#clock, language);
		try {
			return read(this.#value(run));
		} catch (error) {
			if (error instanceof Missing) return undefined;
			throw this.#placed(error, run.at);
		}
	}

	#guarded<Made>(make: () => Made): Made {
		try {
			return make();
		} catch (error) {
			throw this.#placed(error, 0);
		}
	}

	#placed(error: unknown, at: number): TemplateError {
		if (error instanceof TemplateError) return error;
		if (error instanceof Fault) return new TemplateError(error.message, this.source, at);
		if (error instanceof RangeError)
			return new TemplateError('the values stand too deep inside one another', this.source, at);
		return new TemplateError(`the evaluation failed: ${String(error)}`, this.source, at);
	}
}

function evaluationOf(body: readonly Statement[], isExpression: boolean): Evaluation {
	const set = setNames(body);
	const [only] = body;
	if (isExpression && only?.kind === 'output') return compiled(only.value, set);
	const print: Printing = printing(body, set);
	return print;
}
