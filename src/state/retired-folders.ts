/**
 * Folders that readers saw before a switch. They stay for a while: whoever has listed one may still open what
 * it saw there.
 */
import type {Commit, Retired} from './commit.ts';

// Clocks are set back a little now and then.
const CLOCK_STEP_MS = 1000;

// What stays in a table is linked, and takes no room; what is replaced does, once for each of them.
const MOST = 5;

/** What a commit writes down that shows the folder `data`. */
export function retiredAfter(
	last: Pick<Commit, 'data' | 'retired'> | undefined,
	data: number,
	graceMs = 0,
	now = Date.now(),
): readonly Retired[] {
	if (!last) return [];
	const before = (last.retired ?? []).filter(({until}) => Date.parse(until) > now);
	const isLeft = last.data !== data && graceMs > 0;
	const left = isLeft ? [{data: last.data, until: new Date(now + graceMs).toISOString()}] : [];
	return [...before, ...left].slice(-MOST);
}

/**
 * Whether a folder still stays. A time further away than `graceMs`, if that is known, comes from a clock that
 * was wrong, or from another config.
 */
export function isRetired(
	{data, retired = []}: Pick<Commit, 'data' | 'retired'>,
	folder: number,
	graceMs?: number,
	now = Date.now(),
): boolean {
	const until = Date.parse(retired.find(each => each.data === folder)?.until ?? '');
	// What is newer than what readers see was never seen.
	if (folder >= data || graceMs === 0 || !(until > now)) return false;
	return graceMs === undefined || until - now <= graceMs + CLOCK_STEP_MS;
}
