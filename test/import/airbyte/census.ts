/**
 * Counts what becomes of the streams of many manifests: `npm run census -- manifests.tar.xz`. Each connector has a
 * connection with a plausible value for every property of its spec.
 */
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {connectionFor, specOf} from '../../../src/import/airbyte/connection.ts';
import {importManifest} from '../../../src/import/airbyte/import.ts';
import {resolvedManifest} from '../../../src/import/airbyte/manifest.ts';
import {plausibleConnection} from '../../../src/import/airbyte/plausible.ts';
import {parseManifestText} from '../../../src/import/airbyte/yaml.ts';

export interface Census {
	readonly connectors: number;
	readonly streams: number;
	/** Imported whole. */
	readonly whole: {readonly connectors: number; readonly streams: number};
	/** Streams by what is lacking, the most first. */
	readonly reasons: {readonly [reason: string]: number};
}

export async function censusOf(manifests: ReadonlyMap<string, string>): Promise<Census> {
	const reasons = new Map<string, number>();
	const whole = {connectors: 0, streams: 0};
	for (const [name, text] of manifests) {
		const manifest = resolvedManifest(parseManifestText(text, name), name);
		const spec = specOf(manifest);
		const connection = connectionFor(spec, {given: plausibleConnection(spec)});
		const {imported, leftOut} = await importManifest(manifest, {connection});
		whole.streams += imported.filter(({isHelper}) => !isHelper).length;
		if (leftOut.length === 0) whole.connectors++;
		for (const {reason} of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
	}
	const sorted = [...reasons].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
	const lacking = sorted.reduce((sum, [, count]) => sum + count, 0);
	return {
		connectors: manifests.size,
		streams: whole.streams + lacking,
		whole,
		reasons: Object.fromEntries(sorted),
	};
}

const ratchet = join(import.meta.dirname, '../../../../fixtures/census.json');

/** The numbers that must not fall. */
export async function knownCensus(): Promise<Census> {
	return JSON.parse(await readFile(ratchet, 'utf8')) as Census;
}

export async function keepCensus(census: Census): Promise<void> {
	await writeFile(ratchet, `${JSON.stringify(census, null, '\t')}\n`);
}

/** The numbers as lines. */
export function censusLines({connectors, streams, whole, reasons}: Census): string[] {
	const share = (part: number, all: number): string =>
		`${part} of ${all} (${((100 * part) / all).toFixed(1)} %)`;
	return [
		`streams whole: ${share(whole.streams, streams)}`,
		`connectors whole: ${share(whole.connectors, connectors)}`,
		'left out:',
		...Object.entries(reasons).map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`),
	];
}
