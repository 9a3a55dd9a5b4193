/**
 * The plan of resources that depend on one another: a tree, made once from a config, in which each resource
 * has its parents, its lists and the template of its requests. `read-together.ts` opens walks by it, and
 * `planned-partitions.ts` makes the sequence of what one resource is read for. They look at nothing else.
 *
 * An example. Posts are read for each user, comments for each post and each language, in one config:
 *
 *     users:      /users
 *     posts:      /users/{resources.users.id}/posts
 *     comments:   /posts/{resources.posts.id}/comments?by={resources.users.name}&in={partitions.language}
 *
 * Comments name posts and users. Each row of posts comes with its row of users, so comments have one branch:
 *
 *     comments {branches: [{name: posts, parents: [posts], ancestors: {posts, users}}], lists: {language: […]}}
 *     └─ posts {branches: [{name: users, parents: [users], ancestors: {users}}]}
 *        └─ users {branches: []}
 *
 * With {resources.tags.id} beside it there are two branches, and comments are read for each pair of a post and a
 * tag. With {resources.posts|pages.id} one branch has two parents, whose rows come one after the other.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import type {PartitionRequest} from './partitioned.ts';
import type {Binding} from './partitions.ts';

/** One resource, with its branches and lists. */
export interface PlannedResource {
	readonly name: string;
	/** The rows of the first vary slowest. Empty: it depends on no other resource. */
	readonly branches: readonly Branch[];
	/** Listed values by their names. The resource is read for each combination. */
	readonly lists: Readonly<Record<string, readonly JsonValue[]>>;
	/** Absent: it has one request, which depends on nothing. */
	readonly template?: RequestTemplate;
	/** Partitions that are walked at once. */
	readonly concurrency: number;
	/** The columns that identify its rows. */
	readonly primaryKey: readonly string[];
	/** Most partitions in one request. */
	readonly batchSize?: number;
	/** Parents that fill in the same values are asked for once. */
	readonly isDistinct: boolean;
	/** Parents that lack a value for the request are left out. */
	readonly skipsIncomplete: boolean;
	/** It is read for new and changed rows of its parents only. */
	readonly isDependent: boolean;
	/** A run brings only the new rows of this resource. */
	readonly isPartial: boolean;
}

/** Parents of a resource: it is read once for each of their rows. */
export interface Branch {
	/** The name in placeholders: `posts`, or `posts|pages`. */
	readonly name: string;
	/** One, or several that are read one after the other. */
	readonly parents: readonly PlannedResource[];
	/** Names of all resources whose rows come with a row, as placeholders use them, including the parents. */
	readonly ancestors: ReadonlySet<string>;
}

/** How rows of parents and listed values become a request. */
export interface RequestTemplate {
	/** Whether all values for the request exist in its rows and are not null. */
	isComplete(binding: Binding): boolean;
	/** Several bindings are a batch. Throws when a value is missing. */
	request(bindings: readonly Binding[]): PartitionRequest;
	/** Identifies a request: the values by their placeholders, as JSON. */
	values(binding: Binding): string;
	/** The same, with the parent of each row where there are several. It identifies parents from run to run. */
	key(binding: Binding): string;
	/**
	 * Fields that records of the child get from the rows of parents. Of several parents in turn, the fields of
	 * the others are null. Absent: none.
	 */
	include?(binding: Binding): JsonObject;
}

/** Resources with the same root can share walks: it is at the end of the first branch of each. */
export function rootOf({name, branches}: PlannedResource): string {
	const parent = branches[0]?.parents[0];
	return parent ? rootOf(parent) : name;
}

/** The parent, if the resource is read once for each of its rows and for nothing else. */
export function onlyParent(resource: PlannedResource): PlannedResource | undefined {
	const {branches, lists, batchSize, isDistinct, isDependent} = resource;
	const [branch] = branches;
	const isPlain = batchSize === undefined && !isDistinct && !isDependent && Object.keys(lists).length === 0;
	return isPlain && branches.length === 1 && branch?.parents.length === 1 ? branch.parents[0] : undefined;
}
