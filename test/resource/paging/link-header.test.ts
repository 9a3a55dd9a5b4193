import {deepStrictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {linkTargets} from '../../../src/resource/paging/link-header.ts';

test('targets and parameters may hold commas, semicolons and other relations', () => {
	const header =
		'<https://h/a,b;c>; title="x, y; rel=next"; rel=prev, </n?ids=1,2> ; REL = "Alternate next" ; ' +
		'type=a/b,<l>;rel=last ,';
	deepStrictEqual(Object.fromEntries(linkTargets(header)), {
		prev: 'https://h/a,b;c',
		alternate: '/n?ids=1,2',
		next: '/n?ids=1,2',
		last: 'l',
	});
});

test('a header without links, or with broken ones, has no targets', () => {
	for (const header of ['', 'next', '<a', '<a>', '<a>; rel', '; rel=next', '<a>; title=next'])
		deepStrictEqual(linkTargets(header).size, 0);
});

test('any links that are written by the rules are read back', () => {
	const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
	const link = fc.record({
		target: fc.stringMatching(/^[a-zA-Z0-9:/?&=,;._-]{1,30}$/),
		title: fc.option(fc.stringMatching(/^[a-z ,;=<>]{0,12}$/), {nil: undefined}),
		rel: token,
		quoted: fc.boolean(),
	});
	fc.assert(
		fc.property(
			fc.uniqueArray(link, {selector: ({rel}) => rel, maxLength: 6}),
			fc.constantFrom(',', ', ', ' , '),
			(links, comma) => {
				const header = links
					.map(
						({target, title, rel, quoted}) =>
							`<${target}>${title === undefined ? '' : `; title="${title}"`}; ` +
							`rel=${quoted ? `"${rel}"` : rel}`,
					)
					.join(comma);
				deepStrictEqual(
					Object.fromEntries(linkTargets(header)),
					Object.fromEntries(links.map(({rel, target}) => [rel, target])),
				);
			},
		),
	);
});
