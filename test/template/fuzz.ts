/** `npm run fuzz:template -- --count 100000 --seed 1`: hostile templates, with the time that each takes. */
import {parseArgs} from 'node:util';
import {harmOf, hostileTemplate, randomFrom} from './hostile.ts';

const LONGEST_MS = 100;
const {values} = parseArgs({
	options: {count: {type: 'string', default: '100000'}, seed: {type: 'string', default: '1'}},
});
const random = randomFrom(Number(values.seed));
let [slowest, slowestText, wrong] = [0, '', 0];
for (let i = 0; i < Number(values.count); i++) {
	const text = hostileTemplate(random);
	// The processor's time: others may hold this machine up.
	const from = process.cpuUsage();
	const harm = harmOf(text);
	const {user, system} = process.cpuUsage(from);
	const took = (user + system) / 1000;
	if (took > slowest) [slowest, slowestText] = [took, text];
	if (harm === undefined && took <= LONGEST_MS * 3) continue;
	wrong++;
	console.log(`${harm ?? `takes ${took.toFixed(0)} ms`}: ${JSON.stringify(text.slice(0, 1000))}`);
}
console.log(
	`${values.count} templates, ${wrong} wrong; the slowest took ${slowest.toFixed(0)} ms: ` +
		`${slowestText.slice(0, 300)}`,
);
process.exitCode = wrong > 0 ? 1 : 0;
