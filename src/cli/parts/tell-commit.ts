/** Tells the outcome of a commit. */
import {plural} from '../../core/quantity.ts';
import type {commitParts} from '../../run/parts/commit-parts.ts';
import type {PlanPart} from '../../run/parts/part.ts';
import {exitCodeOf, exitCodes} from '../terminal/exit-codes.ts';
import type {Log} from '../terminal/log.ts';
import type {summaryTable as SummaryTable} from '../terminal/summary.ts';

const MOST_NAMED = 10;

type Result = Awaited<ReturnType<typeof commitParts>>;

export function tellCommit(
	{plan, resources, seconds, cost, missing}: Result,
	log: Log,
	summaryTable: typeof SummaryTable,
): void {
	if (missing.length > 0) {
		log.warn(missingText(plan, missing));
		process.exitCode = exitCodes.outOfTime;
		return;
	}
	if (resources.length === 0) {
		log.info(`plan ${plan}: is committed already`);
		return;
	}
	log.info(summaryTable(resources, seconds, process.stderr.columns));
	log.info(
		`plan ${plan}: its parts took ${plural(cost.requests, 'request')} and ${cost.seconds.toFixed(1)} s`,
	);
	const failures = resources.filter(({error}) => error !== undefined);
	for (const {error, resource} of failures) log.error(error, resource);
	const isPartial = failures.length < resources.length;
	if (failures.length > 0) process.exitCode = isPartial ? exitCodes.partial : exitCodeOf(failures[0]?.error);
	log.event('done', {resources: resources.length, failed: failures.length});
}

function missingText(plan: string, missing: readonly PlanPart[]): string {
	const named = missing
		.slice(0, MOST_NAMED)
		.map(({index, resource, kind}) => `${index} (${resource}, ${kind})`);
	const more = missing.length > MOST_NAMED ? `, and ${missing.length - MOST_NAMED} more` : '';
	return (
		`plan ${plan}: ${plural(missing.length, 'part')} missing: ${named.join(', ')}${more}. Nothing was ` +
		'committed; run them, and commit again'
	);
}
