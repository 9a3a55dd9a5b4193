/** `npm run census -- manifests.tar.xz [--keep]`: prints the census, and with `--keep` raises the ratchet to it. */
import {censusLines, censusOf, keepCensus, knownCensus} from './census.ts';
import {manifests} from './shared.ts';

const [archive, option] = process.argv.slice(2);
const found = manifests(archive);
if (typeof found === 'string') {
	process.stderr.write(`${archive ?? 'census'}: ${found}\n`);
	process.exitCode = 2;
} else {
	const census = await censusOf(found);
	process.stdout.write(`${censusLines(census).join('\n')}\n`);
	const known = await knownCensus().catch(() => undefined);
	if (option === '--keep') await keepCensus(census);
	else if (known?.connectors === census.connectors && census.whole.streams < known.whole.streams) {
		process.stderr.write(`${known.whole.streams} streams were imported whole before\n`);
		process.exitCode = 1;
	}
}
