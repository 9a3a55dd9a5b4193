/** Which rows of an API's pages a run writes. */
import {type Api, pagesOf, type Row, type Source} from './api.ts';
import type {ResourceScene} from './scene.ts';

/** `since`: the cursor that an incremental run begins after. */
export function arrivalsOf(
	source: Source,
	api: Api,
	scene: ResourceScene,
	since: number | undefined,
): readonly Row[][] {
	const pages = pagesOf(source, api);
	const isNew = ({rev}: Row): boolean => !scene.isIncremental || since === undefined || (rev ?? 0) > since;
	const inRange = pages.map(page => page.filter(isNew));
	if (scene.disposition === 'merge') return inRange;
	const keys = new Set<string>();
	return inRange.map(page => page.filter(row => isFirst(keys, row, scene)));
}

// Only a merge gets several rows of one key.
function isFirst(keys: Set<string>, row: Row, {key}: ResourceScene): boolean {
	const text = JSON.stringify(key.map(name => row[name]));
	if (keys.has(text)) return false;
	keys.add(text);
	return true;
}
