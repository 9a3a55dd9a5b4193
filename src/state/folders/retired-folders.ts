/**
 * Folders that readers saw before a switch. They stay for a while: a reader that has listed one may still
 * open its files.
 */
import type {Commit, Retired} from '../commit.ts';

// Clocks are occasionally set back a little.
const CLOCK_STEP_MS = 1000;

// Unchanged files of a table are linked, and take no space; replaced files do, in each of these folders.
const MOST = 5;

/** The retired folders in a commit that shows the folder `data`. */
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
 * Whether a folder still stays. A time further away than `graceMs`, if that is known, comes from a wrong
 * clock, or from another config.
 */
export function isRetired(
	{data, retired = []}: Pick<Commit, 'data' | 'retired'>,
	folder: number,
	graceMs?: number,
	now = Date.now(),
): boolean {
	const until = Date.parse(retired.find(each => each.data === folder)?.until ?? '');
	// A folder that is newer than the visible one was never seen.
	if (folder >= data || graceMs === 0 || !(until > now)) return false;
	return graceMs === undefined || until - now <= graceMs + CLOCK_STEP_MS;
}
