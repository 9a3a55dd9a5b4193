import {ok, strictEqual} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {boundedName, safeName} from '../../../src/core/files/file-name.ts';

const segment = (name: string): string => boundedName(safeName(name));

test('a plain name stays as it is', () => {
	for (const name of ['items', 'line_items', 'Größe', 'a.b', 'two words', 'x-y', '日本'])
		strictEqual(segment(name), name);
});

test('what leads elsewhere is encoded', () => {
	strictEqual(segment('x/../../../victim'), 'x%2F..%2F..%2F..%2Fvictim');
	strictEqual(segment('..'), '%2E%2E');
	strictEqual(segment('a\\b'), 'a%5Cb');
	strictEqual(segment('nul\0'), 'nul%00');
	strictEqual(segment('50%'), '50%25');
	strictEqual(segment('\ud800'), '%uD800');
});

test('any name becomes one segment of at most 200 bytes', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 400}), name => {
			const made = `t__${segment(name)}`;
			ok(Buffer.byteLength(made) <= 203);
			strictEqual(join('/base', made), `/base/${made}`);
			ok(!/[/\\\0]/.test(made));
			strictEqual(Buffer.from(made).toString(), made);
		}),
	);
});

test('two names never become one', () => {
	fc.assert(
		fc.property(
			fc.string({unit: 'binary', maxLength: 300}),
			fc.string({unit: 'binary', maxLength: 300}),
			(one, other) => {
				strictEqual(segment(one) === segment(other), one === other);
			},
		),
	);
	const long = 'é'.repeat(150);
	ok(segment(`${long}a`) !== segment(`${long}b`));
});
