import {ok} from 'node:assert/strict';
import {test} from 'node:test';
import {playSequence} from './sequences/sequence.ts';

// The long form, 500 sequences, is `npm run test:crash`.
test('after any sequence of runs, changes of the config and kills readers see just what a model says', async () => {
	let [runs, reads] = [0, 0];
	for (const seed of [1, 2, 3]) {
		const played = await playSequence(seed);
		runs += played.runs;
		reads += played.reads;
	}
	ok(runs > 8 && reads > runs, `${runs} runs, ${reads} reads`);
});
