/** Data on stdout. */

/** Writes data to stdout, and waits until it is accepted. */
export async function print(text: string): Promise<void> {
	const {streamOutput} = await import('../../../sinks/output/output.ts');
	const output = streamOutput(process.stdout);
	await output.open();
	await output.write(Buffer.from(text));
	await output.close();
}
