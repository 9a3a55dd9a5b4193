import {doesNotMatch, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';

for (const [what, text, wanted] of [
	[
		'a tab',
		'client:\n\tbase_url: x\n',
		/sluice\.yaml:2:\d: cannot be read: a tab indents this line; use spaces\n {2} {1}base_url: x\n +\^/,
	],
	[
		'a key that stands twice',
		'client: {}\nclient: {}\n',
		/:2:1: cannot be read: this key stands twice.*\n {2}client: \{\}\n {2}\^/,
	],
	[
		'a quote that is not closed',
		'client:\n  base_url: "x\n',
		/cannot be read: a quote is opened and not closed/,
	],
] as const) {
	test(`${what} in YAML is told in words, with the line and a caret`, async () => {
		await using place = await workspace({'sluice.yaml': text});
		const {code, stderr} = await place.sluice(['check', '-c', 'sluice.yaml']);
		match(String(code), /^2$/);
		match(stderr, wanted);
	});
}

test('a line with a secret is not shown', async () => {
	await using place = await workspace({'sluice.yaml': 'client:\n  auth:\n\ttoken: s3cret-value\n'});
	const {stderr} = await place.sluice(['check', '-c', 'sluice.yaml']);
	match(stderr, /a tab indents this line/);
	doesNotMatch(stderr, /s3cret-value/);
});
