/** Nodes of expressions for the values of a request. */
import {parseReference} from '../../config/placeholders/reference.ts';
import type {Node} from '../../template/parse/nodes.ts';

/** The node of a placeholder such as `resources.users.id`, and of keys after it. */
export function valueNode(placeholder: string, more: readonly (string | number)[]): Node | undefined {
	// A whole row.
	const [, row] = /^resources\.([^.[\]]+)$/.exec(placeholder) ?? [];
	if (row !== undefined) return itemsNode('resources', [row, ...more]);
	const reference = parseReference(placeholder);
	if ('problem' in reference) return undefined;
	if ('partition' in reference) return itemsNode('partitions', [reference.partition, ...more]);
	const keys = reference.path.steps?.map(step =>
		step === '*' ? undefined : 'key' in step ? step.key : step.index,
	);
	if (!keys || keys.includes(undefined)) return undefined;
	return itemsNode('resources', [reference.resource, ...(keys as (string | number)[]), ...more]);
}

/** The node of a name, and of keys after it. */
export function itemsNode(name: string, keys: readonly (string | number)[]): Node {
	return keys.reduce<Node>((of, value) => ({kind: 'item', of, key: {kind: 'constant', value}, at: 0}), {
		kind: 'name',
		name,
		at: 0,
	});
}
