/** Resolves a manifest as Airbyte does: references, inherited parameters, and default types. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {withParameters} from './parameters.ts';
import {withReferences} from './references.ts';

/** The resolved manifest. Throws a `ConfigError` if the value is not a manifest. */
export function resolvedManifest(given: unknown, name: string): PlainObject {
	if (!isPlainObject(given) || !('streams' in given || 'dynamic_streams' in given))
		throw new ConfigError(
			`${name} is no Airbyte manifest: an object with the key streams is expected; give the ` +
				'manifest.yaml of a connector',
		);
	const manifest = {...withReferences(given), type: 'DeclarativeSource'};
	return withParameters(manifest, {component: '', key: ''});
}
