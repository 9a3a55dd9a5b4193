/** Makes the plan of a config in one pass: for each resource, the rows for which it is read. */
import type {Branch, PlannedResource} from '../../resource/partitions/plan.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import {MOST_FOUND} from '../inherit.ts';
import {alternatives} from '../placeholders/reference.ts';
import {Ancestry} from './ancestors.ts';
import {nodesOf, type Relation} from './relation.ts';
import {requestTemplate} from './request-template.ts';

/** The planned resources by name. No resource may depend on itself. */
export function planOf(resources: readonly ResolvedResource[]): ReadonlyMap<string, PlannedResource> {
	const byName = new Map(resources.map(resource => [resource.name, resource]));
	const relationOf = (name: string): Relation | undefined => byName.get(name)?.relation;
	const ancestry = new Ancestry(name => nodesOf(relationOf(name)));
	const plan = new Map<string, PlannedResource>();

	// Parents are planned before their children.
	function planned(name: string): PlannedResource {
		const known = plan.get(name);
		if (known) return known;
		const resource = byName.get(name);
		if (!resource) throw new TypeError(`no resource ${JSON.stringify(name)} in this config`);
		const branches = ancestry.nearestParents(name).map(
			(node): Branch => ({
				name: node,
				parents: alternatives(node).map(planned),
				ancestors: ancestry.withAncestors(node),
			}),
		);
		const made = plannedResource(resource, branches);
		plan.set(name, made);
		return made;
	}

	for (const {name} of resources) planned(name);
	return plan;
}

const nothing: Pick<Relation, 'references' | 'include'> = {references: new Map(), include: []};

function plannedResource(
	{name, endpoint, relation, primary_key: primaryKey, concurrency = MOST_FOUND}: ResolvedResource,
	branches: readonly Branch[],
): PlannedResource {
	const {incremental, sync} = endpoint;
	const isDependent = relation?.isDependent === true;
	const names = branches.map(branch => branch.name);
	// Windows of one resource may be walked at once; a single range is one walk.
	const isOneWalk = (relation?.references.size ?? 0) === 0 && incremental?.step == null;
	return {
		name,
		branches,
		lists: relation?.partitions ?? {},
		...((relation || incremental) && {
			template: requestTemplate(name, endpoint, relation ?? nothing, names),
		}),
		concurrency: isOneWalk ? 1 : concurrency,
		primaryKey,
		...(relation?.batch && {batchSize: relation.batch.size}),
		isDistinct: relation?.distinct === true,
		skipsIncomplete: relation?.onMissing === 'skip',
		isDependent,
		isPartial: incremental !== undefined || sync !== undefined || isDependent,
	};
}
