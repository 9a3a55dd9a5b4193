/** Expressions in double braces, as in Jinja: `{{ record.first ~ ' ' ~ record.last }}`. */
import type {JsonValue} from '../core/json/json.ts';
import {Fault, Missing, TemplateError} from './errors.ts';
import {compiled, type Evaluation, language} from './evaluate/compile.ts';
import {Run} from './evaluate/evaluation.ts';
import {printing} from './evaluate/statements.ts';
import {ConstantFolder} from './fold/fold.ts';
import {needsOf, setNames} from './fold/names.ts';
import {type ReadPath, readsOf} from './fold/reads.ts';
import {type Node, partsOf, type Statement} from './parse/nodes.ts';
import {parseTemplate} from './parse/parse.ts';
import {asLiteral, asOwn} from './values/outcome.ts';
import {textOf} from './values/python-text.ts';
import type {Scope, Value} from './values/values.ts';

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
	readonly #prints: 'value' | 'text';
	// Of the whole text: folding may take the place away where a name is set.
	readonly #set: ReadonlySet<string>;
	readonly #clock: () => Date;
	readonly #printed: Evaluation;
	readonly #own: Evaluation;

	/** Throws a `TemplateError` that says where, for a text that is no template. */
	static parse(text: string, {clock = () => new Date()}: TemplateOptions = {}): Template {
		const {source, body} = parseTemplate(text);
		return new Template(source, body, isOneValue(body) ? 'value' : 'text', setNames(body), clock);
	}

	private constructor(
		source: string,
		body: readonly Statement[],
		prints: 'value' | 'text',
		set: ReadonlySet<string>,
		clock: () => Date,
	) {
		this.source = source;
		this.body = body;
		this.#prints = prints;
		this.#clock = clock;
		const {names, readsClock} = needsOf(body);
		this.names = names;
		this.readsClock = readsClock;
		this.#set = set;
		const whole = this.#guarded(() => printing(body, set));
		const {before, value: node} = parted(body);
		const value = prints === 'value' && node ? this.#guarded(() => after(before, node, set)) : undefined;
		this.#own = value ?? whole;
		this.#printed = value && body.length === 1 ? value : whole;
	}

	/** The paths that the template reads from outside: `['record', 'id']`. */
	get reads(): readonly ReadPath[] {
		return readsOf(this.body).filter(([name]) => this.names.has(name));
	}

	/**
	 * The outcome as Airbyte reads it: printed, and then taken for a literal of Python where it is one. `null`
	 * where nothing is printed, or a value that the template goes on from is missing.
	 */
	literal(scope: Scope): JsonValue {
		return this.#evaluated(this.#printed, scope, asLiteral) ?? null;
	}

	/** The printed text; `null` where a value that the template goes on from is missing. */
	text(scope: Scope): string | null {
		return this.#evaluated(this.#printed, scope, textOf) ?? null;
	}

	/**
	 * The value of the one `{{ … }}` at the end, as it is: a text `"007"` stays a text. Where more is printed, the
	 * printed text.
	 */
	value(scope: Scope): JsonValue {
		return this.#evaluated(this.#own, scope, asOwn) ?? null;
	}

	/**
	 * The template with what is known computed. It gives the same as this one for a scope that has the known
	 * values. The time is known only with `clock`.
	 */
	folded(known: Scope, {clock}: TemplateOptions = {}): Template {
		return this.#guarded(() => {
			const folder = new ConstantFolder(this.body, known, this.#set, clock);
			const {before, value, rest} = parted(this.body);
			const body: Statement[] =
				this.#prints === 'value' && value
					? [
							...folder.statements(before),
							{kind: 'output', value: folder.node(value)},
							...folder.statements(rest),
						]
					: folder.statements(this.body);
			return new Template(this.source, body, this.#prints, this.#set, this.#clock);
		});
	}

	#evaluated<Outcome>(
		evaluate: Evaluation,
		scope: Scope,
		read: (value: Value) => Outcome,
	): Outcome | undefined {
		const run = new Run(scope, this.#clock, language);
		try {
			return read(evaluate(run));
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

interface Parted {
	readonly before: readonly Statement[];
	/** What the last `{{ }}` has inside. */
	readonly value: Node | undefined;
	readonly rest: readonly Statement[];
}

function parted(body: readonly Statement[]): Parted {
	const at = body.findLastIndex(({kind}) => kind === 'output');
	const output = body[at];
	if (output?.kind !== 'output') return {before: body, value: undefined, rest: []};
	return {before: body.slice(0, at), value: output.value, rest: body.slice(at + 1)};
}

// Nothing but the last {{ }} prints anything.
function isOneValue(body: readonly Statement[]): boolean {
	const {before, value, rest} = parted(body);
	return value !== undefined && [...before, ...rest].every(isSilent);
}

function isSilent(statement: Statement): boolean {
	if (statement.kind === 'output') return false;
	if (statement.kind === 'text') return statement.text.trim() === '';
	return statement.kind.startsWith('set') || partsOf(statement).every(isSilent);
}

function after(before: readonly Statement[], value: Node, set: ReadonlySet<string>): Evaluation {
	const evaluation = compiled(value, set);
	if (before.length === 0) return evaluation;
	const first = printing(before, set);
	return run => {
		first(run);
		return evaluation(run);
	};
}
