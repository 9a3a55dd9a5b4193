import assert from 'node:assert/strict';
import {test} from 'node:test';
import {memoize} from '../../src/core/remembered.ts';

function counting(): {lengthOf: (text: string) => number; calls: () => number} {
	let calls = 0;
	const lengthOf = memoize(text => {
		calls++;
		return text.length;
	});
	return {lengthOf, calls: () => calls};
}

test('what was found for a key is not looked for again', () => {
	const {lengthOf, calls} = counting();
	assert.deepEqual(['total', 'next', 'total', 'next'].map(lengthOf), [5, 4, 5, 4]);
	assert.equal(calls(), 2);
});

test('keys that are ids are not kept for ever', () => {
	const {lengthOf, calls} = counting();
	lengthOf('total');
	for (let id = 0; id < 5000; id++) lengthOf(`id-${id}`);
	lengthOf('total');
	assert.equal(calls(), 5002);
});

test('a long text is found each time, and not kept', () => {
	const {lengthOf, calls} = counting();
	const long = 'x'.repeat(100_000);
	assert.deepEqual([lengthOf(long), lengthOf(long)], [100_000, 100_000]);
	assert.equal(calls(), 2);
});
