/** Does one after the other, also where some of them fail. Throws the first error. */
export async function inAnyCase(...works: readonly (() => Promise<unknown>)[]): Promise<void> {
	const errors: unknown[] = [];
	for (const work of works) await work().catch(error => errors.push(error));
	if (errors.length > 0) throw errors[0];
}
