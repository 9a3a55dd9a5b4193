/** Works on several things at once, and returns the results in their order. */

/**
 * At most `most` at once; each begins in its turn. After an error nothing more begins, and the error is thrown
 * when all that has begun is over.
 */
export async function sideBySide<Item, Out>(
	items: readonly Item[],
	most: number,
	work: (item: Item) => Promise<Out>,
): Promise<Out[]> {
	const results: Out[] = [];
	const left = [...items.entries()];
	let failure: {readonly error: unknown} | undefined;

	async function worker(): Promise<void> {
		for (let next = left.shift(); next && !failure; next = left.shift()) {
			const [index, item] = next;
			try {
				results[index] = await work(item);
			} catch (error) {
				failure ??= {error};
			}
		}
	}

	await Promise.all(Array.from({length: Math.min(most, items.length)}, worker));
	if (failure) throw failure.error;
	return results;
}

/** Puts the groups that have a name in common into one chain, whose groups come one after the other. */
export function chained<Group>(groups: readonly Group[], namesOf: (group: Group) => string[]): Group[][] {
	const chains: {names: Set<string>; groups: Group[]}[] = [];
	for (const group of groups) {
		const names = namesOf(group);
		const [chain, ...others] = chains.filter(each => names.some(name => each.names.has(name)));
		if (!chain) {
			chains.push({names: new Set(names), groups: [group]});
			continue;
		}
		for (const other of others) {
			chains.splice(chains.indexOf(other), 1);
			for (const name of other.names) chain.names.add(name);
			chain.groups.push(...other.groups);
		}
		for (const name of names) chain.names.add(name);
		chain.groups.push(group);
	}
	return chains.map(each => each.groups);
}
