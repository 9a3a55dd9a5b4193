import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {didYouMean, suggest} from '../../src/config/suggest.ts';

const keys = ['path', 'params', 'paginator', 'limit', 'offset', 'id'];

for (const [word, meant] of [
	['limt', 'limit'],
	['limti', 'limit'],
	['Limit', 'limit'],
	['parms', 'params'],
	['pagniator', 'paginator'],
	['pth', 'path'],
	['ids', 'id'],
	['zzz', undefined],
	['xy', undefined],
	['', undefined],
] as const) {
	test(`${word || 'nothing'} suggests ${meant ?? 'nothing'}`, () => assert.equal(suggest(word, keys), meant));
}

test('the nearest of several wins', () => {
	assert.equal(suggest('cursor_parm', ['cursor_path', 'cursor_param']), 'cursor_param');
});

test('the suggestion is a remark in brackets, or nothing', () => {
	assert.equal(didYouMean('limt', keys), ' (did you mean "limit"?)');
	assert.equal(didYouMean('zzz', keys), '');
});

test('one slip in a word of three letters or more is always understood', () => {
	const slip = fc.tuple(
		fc.stringMatching(/^[a-z]{3,12}$/),
		fc.nat(),
		fc.constantFrom('drop', 'double', 'swap', 'replace'),
	);
	fc.assert(
		fc.property(slip, ([word, position, kind]) => {
			const at = position % (word.length - 1);
			const [a = '', b = ''] = word.slice(at);
			const middle = {drop: b, double: a + a + b, swap: b + a, replace: `_${b}`}[kind];
			assert.equal(
				suggest(word.slice(0, at) + middle + word.slice(at + 2), ['________________', word]),
				word,
			);
		}),
	);
});

for (const [word, candidates, meant] of [
	['next_page_path', ['cursor_path', 'next_url_path'], 'next_url_path'],
	['pagination', ['params', 'paginator'], 'paginator'],
	['records_path', ['path', 'data_selector'], 'data_selector'],
	['pk', ['path', 'primary_key'], 'primary_key'],
	['mode', ['method', 'write_disposition'], 'write_disposition'],
	['base-uri', ['base_url'], 'base_url'],
	['cursorField', ['cursor_param', 'cursor_path'], 'cursor_path'],
	['per_page', ['limit', 'offset'], 'limit'],
	['upsert', ['append', 'replace', 'merge'], 'merge'],
	['full_refresh', ['append', 'replace', 'merge'], 'replace'],
	['full-refresh', ['append', 'replace', 'merge'], 'replace'],
	['append_dedup', ['append', 'replace', 'merge'], 'merge'],
	['initial', ['initial_value', 'end_value'], 'initial_value'],
	['cursor', ['cursor_path', 'initial_value'], 'cursor_path'],
	['start_page', ['base_page', 'page_param'], 'base_page'],
	['page', ['offset', 'page_number'], 'page_number'],
	['records', ['path', 'data_selector'], 'data_selector'],
	['record_path', ['path', 'data_selector'], 'data_selector'],
	['page_size', ['offset', 'limit'], 'limit'],
	['int', ['text', 'bigint', 'double'], 'bigint'],
	['string', ['text', 'bigint', 'struct'], 'text'],
	['update_key', ['cursor_path', 'end_value'], 'cursor_path'],
	['url_base', ['base_url', 'headers'], 'base_url'],
	['OffsetIncrement', ['offset', 'cursor'], 'offset'],
	['BearerAuthenticator', ['bearer', 'session'], 'bearer'],
	['lookback_window', ['lag', 'step'], 'lag'],
	['constructor', ['append'], undefined],
] as const) {
	test(`${word} is another word for ${meant ?? 'nothing'}`, () =>
		assert.equal(didYouMean(word, candidates), meant === undefined ? '' : ` (did you mean "${meant}"?)`));
}
