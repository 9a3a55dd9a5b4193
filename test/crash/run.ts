/**
 * `npm run test:crash -- --kills 200 --seed 1`: kills the real command line at random moments, and looks at
 * what is left.
 */
import {parseArgs} from 'node:util';
import {campaign} from './campaign.ts';
import type {Disposition} from './world.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '200'},
		seed: {type: 'string', default: String(Date.now() % 100_000)},
		disposition: {type: 'string', multiple: true},
	},
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
const started = performance.now();
console.log(`seed ${seed}`);
const {runs, snapshots, ...done} = await campaign({
	kills,
	seed,
	onRound: line => console.log(line),
	...(values.disposition && {dispositions: values.disposition as Disposition[]}),
});
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
	`${done.kills} of ${runs} runs killed, ${snapshots} whole sets read meanwhile, nothing lost, nothing double: ${seconds} s`,
);
