/** A config that is an object already; nothing in it is interpolated. */

import {hideSecrets} from '../../src/config/load/secrets.ts';
import {validate} from '../../src/config/load/validate.ts';
import type {Config} from '../../src/config/schema/config.ts';
import {formatPath} from '../../src/config/tree.ts';
import {ConfigError} from '../../src/core/errors.ts';
import {scrub} from '../../src/core/secret.ts';

/** Throws one `ConfigError` with every problem. */
export function parseConfig(value: unknown): Config {
	hideSecrets(value);
	const result = validate(value);
	if (result.config) return result.config;
	throw new ConfigError(
		result.findings.map(({path, message}) => ({path: formatPath(path), message: scrub(message)})),
	);
}
