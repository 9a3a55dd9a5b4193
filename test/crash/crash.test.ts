import {equal, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {campaign} from './campaign.ts';

// The long form is `npm run test:crash`.
test('whatever a run is killed at, the next ones bring every row once, and readers see whole sets only', async () => {
	const {kills, snapshots} = await campaign({kills: 12, killsPerRun: 2, seed: 12});
	equal(kills, 12);
	ok(snapshots > 100, `${snapshots} snapshots`);
});
