/** Runs one function after the other, even if some fail. Throws the first error. */
export async function inAnyCase(...works: readonly (() => Promise<unknown>)[]): Promise<void> {
	const errors: unknown[] = [];
	for (const work of works) await work().catch(error => errors.push(error));
	if (errors.length > 0) throw errors[0];
}
