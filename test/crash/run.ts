/**
 * The long form of the crash tests: `npm run test:crash -- --sequences 500 --kills 200 --seed 1`. A sequence
 * that fails prints its seed; `--sequences 1 --kills 0 --seed N` plays it again.
 */
import {parseArgs} from 'node:util';
import {campaign} from './campaign.ts';
import {playSequence} from './sequences/sequence.ts';
import type {Disposition} from './world.ts';

const {values} = parseArgs({
	options: {
		sequences: {type: 'string', default: '500'},
		kills: {type: 'string', default: '200'},
		seed: {type: 'string', default: String(Date.now() % 100_000)},
		/** Sequences that are played at once. */
		jobs: {type: 'string', default: '2'},
		disposition: {type: 'string', multiple: true},
	},
});
const [sequences, kills, seed, jobs] = [values.sequences, values.kills, values.seed, values.jobs].map(
	Number,
) as [number, number, number, number];
console.log(`seed ${seed}`);
await playSequences();
if (kills > 0) await killRuns();

async function playSequences(): Promise<void> {
	const started = performance.now();
	const total = {runs: 0, kills: 0, refusals: 0, reads: 0};
	const failed: number[] = [];
	let next = seed;
	const work = async (): Promise<void> => {
		while (next < seed + sequences) {
			const own = next++;
			try {
				const played = await playSequence(own);
				for (const key of ['runs', 'kills', 'refusals', 'reads'] as const) total[key] += played[key];
			} catch (error) {
				failed.push(own);
				console.log(error instanceof Error ? error.message : String(error));
			}
			const done = own - seed + 1;
			if (done % 25 === 0) console.log(`${done} sequences, ${total.runs} runs, ${total.kills} killed`);
		}
	};
	await Promise.all(Array.from({length: jobs}, work));
	console.log(
		`${sequences} sequences: ${total.runs} runs, ${total.kills} killed, ${total.refusals} refused, ` +
			`${total.reads} whole tables read meanwhile; ${seconds(started)} s`,
	);
	if (failed.length === 0) return;
	console.log(
		`failed: seeds ${failed.join(', ')}; npm run test:crash -- --sequences 1 --kills 0 --seed ${failed[0]}`,
	);
	process.exitCode = 1;
}

async function killRuns(): Promise<void> {
	const started = performance.now();
	const {runs, snapshots, ...done} = await campaign({
		kills,
		seed,
		onRound: line => console.log(line),
		...(values.disposition && {dispositions: values.disposition as Disposition[]}),
	});
	console.log(
		`${done.kills} of ${runs} runs killed, ${snapshots} whole sets read meanwhile, nothing lost, ` +
			`nothing double: ${seconds(started)} s`,
	);
}

function seconds(from: number): string {
	return ((performance.now() - from) / 1000).toFixed(0);
}
