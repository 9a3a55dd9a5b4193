/** Names of resources by their paths: as short as they can be while each has its own. */

/** Steps of a path without its parameters: `/v1/users/{id}/posts` has v1, users and posts. */
export function stepsOf(path: string): string[] {
	return path
		.split('/')
		.filter(step => step !== '' && !step.includes('{'))
		.map(step =>
			step
				.replace(/\.(json|xml)$/, '')
				.replace(/[^\w-]+/g, '_')
				.replace(/^_+|_+$/g, ''),
		)
		.filter(step => step !== '');
}

/** A name for each path. */
export function namesFor(paths: readonly string[]): Map<string, string> {
	const names = new Map<string, string>();
	const taken = new Set<string>();
	let open = [...paths];
	for (let length = 1; open.length > 0; length++) {
		const wanted = new Map<string, string[]>();
		for (const path of open) {
			const steps = stepsOf(path);
			const name = steps.slice(-length).join('_') || 'rows';
			wanted.set(name, [...(wanted.get(name) ?? []), path]);
		}
		open = [];
		for (const [name, among] of wanted) {
			const [path = ''] = among;
			const isLongest = among.every(each => stepsOf(each).length <= length);
			if (!taken.has(name) && (among.length === 1 || isLongest)) {
				names.set(path, name);
				taken.add(name);
				open.push(...among.slice(1));
			} else if (isLongest) {
				let number = 2;
				while (taken.has(`${name}_${number}`)) number++;
				names.set(path, `${name}_${number}`);
				taken.add(`${name}_${number}`);
				open.push(...among.slice(1));
			} else open.push(...among);
		}
	}
	return names;
}
