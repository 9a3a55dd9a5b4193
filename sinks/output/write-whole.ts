import type {Output} from './output.ts';

/** Opens an output, writes to it, and closes it; a failure discards it. */
export async function writeWhole(output: Output, work: () => Promise<void>): Promise<void> {
	try {
		await output.open();
		await work();
		await output.close();
	} catch (error) {
		await output.discard();
		throw error;
	}
}
