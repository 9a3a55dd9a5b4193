/** Which Delta tables are written to: those whose rules are all known here. */
import {StateError} from '../../../src/core/errors.ts';
import {type MetaData, PROTOCOL, type Protocol} from './actions.ts';

/** Features that writer version 2 has without naming them. */
const KNOWN = ['appendOnly', 'invariants'];
/** The versions from which on a table lists its features. */
const LISTS_READER = 3;
const LISTS_WRITER = 7;

/** Throws where a table has features that are not known; `where` begins the message. */
export function checkProtocol(protocol: Protocol, where: string): void {
	const {minReaderVersion: reader, minWriterVersion: writer} = protocol;
	const isOld = reader <= PROTOCOL.minReaderVersion && writer <= PROTOCOL.minWriterVersion;
	const features = new Set([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])]);
	const unknown = [...features].filter(name => !KNOWN.includes(name));
	const isListed = (reader === 1 || reader === LISTS_READER) && writer === LISTS_WRITER;
	if (isOld || (isListed && unknown.length === 0)) return;
	const named = unknown.length > 0 ? ` with ${unknown.join(', ')}` : '';
	const advice =
		unknown.length > 0
			? `Remove the feature (in Spark: ALTER TABLE … DROP FEATURE ${unknown[0]}), or write to another place`
			: 'Write to another place';
	throw new StateError(
		`${where}: another program has raised its protocol to reader ${reader}, writer ${writer}${named}, ` +
			`which Sluice does not write (it writes reader 1, writer 2). Nothing was changed. ${advice}`,
	);
}

/** Throws where the settings of a table forbid a commit. */
export function checkSettings(
	{configuration = {}, schemaString}: MetaData,
	removes: boolean,
	where: string,
): void {
	if (removes && configuration['delta.appendOnly'] === 'true')
		throw new StateError(
			`${where}: has delta.appendOnly, and this run removes rows. Nothing was changed. ` +
				'Use write_disposition append, or set delta.appendOnly to false',
		);
	if (schemaString.includes('"delta.invariants"'))
		throw new StateError(
			`${where}: has columns with delta.invariants, which Sluice does not check. Nothing was changed. ` +
				'Remove them, or write to another place',
		);
}
