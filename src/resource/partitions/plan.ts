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

/** One resource, and what it is read once for. */
export interface PlannedResource {
	readonly name: string;
	/** The rows of the first vary slowest. Empty: it depends on no other resource. */
	readonly branches: readonly Branch[];
	/** Listed values by their names. It is read for each combination. */
	readonly lists: Readonly<Record<string, readonly JsonValue[]>>;
	/** Absent: it has one request, which depends on nothing. */
	readonly template?: RequestTemplate;
	/** Partitions that are walked at once. */
	readonly concurrency: number;
	/** What tells its rows apart. */
	readonly primaryKey: readonly string[];
	/** Most partitions in one request. */
	readonly batchSize?: number;
	/** Parents that fill in the same values are asked for once. */
	readonly isDistinct: boolean;
	/** Parents without a value to ask with are left out. */
	readonly skipsIncomplete: boolean;
	/** It is read for new and changed rows of its parents only. */
	readonly isDependent: boolean;
	/** A run brings some of its rows only: those that are new. */
	readonly isPartial: boolean;
}

/** Resources whose rows a resource is read once for. */
export interface Branch {
	/** As placeholders write it: `posts`, or `posts|pages`. */
	readonly name: string;
	/** One, or several that are read one after the other. */
	readonly parents: readonly PlannedResource[];
	/** All that comes with a row, by the names that placeholders use; those of the parents, too. */
	readonly ancestors: ReadonlySet<string>;
}

/** How rows of parents and listed values become a request. */
export interface RequestTemplate {
	/** Whether none of the values that are to come from its rows is missing or null. */
	isComplete(binding: Binding): boolean;
	/** Several bindings are a batch. Throws when a value is missing. */
	request(bindings: readonly Binding[]): PartitionRequest;
	/** What tells one request from another: the values by their placeholders, as JSON. */
	values(binding: Binding): string;
	/** The same, and which of several parents they are from: what tells parents apart from run to run. */
	key(binding: Binding): string;
	/**
	 * What the child's records get from the rows of parents: of several in turn, null for those that it does not
	 * come from. Absent: nothing.
	 */
	include?(binding: Binding): JsonObject;
}

/** Resources with the same root can share walks: it is at the end of the first branch of each. */
export function rootOf({name, branches}: PlannedResource): string {
	const parent = branches[0]?.parents[0];
	return parent ? rootOf(parent) : name;
}
