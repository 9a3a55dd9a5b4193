/** Imports a manifest as a config that `sluice check` accepts. */
import type {PlainObject} from '../../config/tree.ts';
import {problemsOf} from './checked.ts';
import {type Connector, type ConnectorOptions, connectorOf} from './connector.ts';
import {LeftOut} from './outcome.ts';

const REFUSED = 'the check refuses it';

/**
 * Imports the streams of a manifest. It leaves out streams whose resources fail the check, with the message
 * of the check.
 */
export async function importManifest(
	manifest: PlainObject,
	options: Omit<ConnectorOptions, 'refused'>,
): Promise<Connector> {
	const refused = new Map<string, LeftOut>();
	for (;;) {
		const connector = connectorOf(manifest, {...options, refused});
		const {config, imported} = connector;
		if (imported.length === 0) return connector;
		const problems = await problemsOf(config, options.connection.filled.examples);
		if (problems.length === 0) return connector;
		for (const {index, message} of problems) {
			const about = index === undefined ? imported : imported.slice(index, index + 1);
			for (const {stream} of about) refused.set(stream, new LeftOut(REFUSED, message));
		}
	}
}
