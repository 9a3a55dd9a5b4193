/** Outputs that are written in one step. */
import {SinkError} from '../../src/core/errors.ts';
import {type FileOutput, fileOutput} from './output.ts';

/** Opens an output, writes to it, and closes it; a failure discards it. */
export async function writeWhole(output: FileOutput, work: () => Promise<void>): Promise<void> {
	try {
		await output.open();
		await work();
		await output.close();
	} catch (error) {
		await output.discard();
		throw error;
	}
}

/**
 * Replaces a regular file by this text: after a crash there is the old file or the new one, never half of
 * one.
 */
export async function writeFileWhole(
	path: string,
	text: string,
	{mode}: {readonly mode: number},
): Promise<void> {
	const output = fileOutput(path, {mode});
	await writeWhole(output, async () => {
		if (!output.read) throw new SinkError(`cannot write ${path}: it is no regular file`);
		await output.write(Buffer.from(text));
	});
}
