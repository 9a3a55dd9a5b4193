/**
 * Values that the Airbyte CDK gave for the templates of real connectors. They lie beside the repository, where
 * it has them.
 */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import {TemplateError} from '../../src/template/errors.ts';
import {Template} from '../../src/template/template.ts';

type Recorded = [text: string, uses: number, context: number, scope: Scope, truth: {v?: unknown; e?: string}];
interface Scope {
	readonly [name: string]: unknown;
}

const file = join(import.meta.dirname, '../../../../shared/data/jinja-values.json.xz');
const clock = () => new Date('2026-01-15T12:30:45Z');

function recorded(): Recorded[] | string {
	if (!existsSync(file)) return 'no recorded values beside this repository';
	const {status, stdout} = spawnSync('xz', ['-dc', file], {encoding: 'utf8', maxBuffer: 64 * 1024 ** 2});
	return status === 0 ? JSON.parse(stdout) : 'there is no xz to unpack the recorded values';
}

const found = recorded();
const rows = typeof found === 'string' ? [] : found;
const skip = typeof found === 'string' ? found : false;
const isTemplate = (text: string): boolean => /\{[{%]/.test(text);

// The CDK has two more names for the slice.
function scopeOf(scope: Scope): Scope {
	const slice = scope.stream_slice;
	return slice === undefined ? scope : {...scope, stream_interval: slice, stream_partition: slice};
}

function outcome(text: string, scope: Scope): unknown {
	try {
		const value = Template.parse(text, {clock}).literal(scopeOf(scope));
		return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)));
	} catch (error) {
		if (error instanceof TemplateError) return error;
		throw error;
	}
}

test('at least 99 % of the recorded values come out, weighted by use', {skip}, () => {
	let [uses, same] = [0, 0];
	const different: string[] = [];
	for (const [text, count, , scope, {v}] of rows) {
		// Where types are wrong, the CDK gives back the text of the template.
		if (v === undefined || (v === text && isTemplate(text))) continue;
		uses += count;
		if (isDeepStrictEqual(outcome(text, scope), v)) same += count;
		else different.push(text);
	}
	ok(uses > 80_000);
	ok(same / uses >= 0.99, `${((same / uses) * 100).toFixed(2)} %\n${different.slice(0, 20).join('\n')}`);
});

test('the text of a template is never its value', {skip}, () => {
	const given = rows
		.filter(([text]) => isTemplate(text))
		.filter(([text, , , scope]) => outcome(text, scope) === text);
	deepStrictEqual(given, []);
});

test('a recorded template folded with its config gives the same as before', {skip}, () => {
	const other = rows.filter(([text, , , scope]) => {
		const {config, ...rest} = scopeOf(scope);
		try {
			const template = Template.parse(text, {clock});
			const folded = template.folded({config}, {clock});
			return !isDeepStrictEqual(resultOf(folded, rest), resultOf(template, {config, ...rest}));
		} catch (error) {
			return !(error instanceof TemplateError);
		}
	});
	deepStrictEqual(
		other.map(([text]) => text),
		[],
	);
});

function resultOf(template: Template, scope: Scope): unknown {
	try {
		return [template.literal(scope), template.value(scope), template.text(scope)];
	} catch (error) {
		return error instanceof TemplateError ? [error.line, error.column] : error;
	}
}
