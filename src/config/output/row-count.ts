/** Counts the rows of a file, for commands that load no config. */
import {countRows} from '../../../sinks/formats/format.ts';
import {SinkError} from '../../core/errors.ts';
import type {AnyFormatPlugin} from '../../plugins/format.ts';
import {builtInFormats, formatOf} from '../../plugins/formats/all.ts';

/** Counts the rows of the file at `path`. The extension of `name` decides on its format. */
export async function rowsOfFile(
	name: string,
	path: string,
	signal?: AbortSignal,
	formats: readonly AnyFormatPlugin[] = builtInFormats,
): Promise<number> {
	const found = formatOf(name, formats);
	if (!found)
		throw new SinkError(
			`${name}: no format has files with this ending; where a plugin brings it, name the config with ` +
				'--config',
		);
	return countRows(await found.plugin.make({}), path, signal);
}
