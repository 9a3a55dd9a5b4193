/** Reads a collection of Postman, v2.0 or v2.1. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import type {ImportedConfig, LeftOutPart} from '../imported-config.ts';
import type {CollectedRequest} from '../requests/collected.ts';
import {importRequests} from '../requests/import.ts';
import {Secrets} from '../requests/secrets.ts';
import {type Item, requestOf} from './request.ts';
import {Variables} from './variables.ts';

export interface PostmanOptions {
	readonly from: string;
	readonly baseUrl?: string | undefined;
}

const DEEPEST = 32;

export function importPostman(root: PlainObject, {from, baseUrl}: PostmanOptions): ImportedConfig {
	// The API of Postman puts the collection into an object.
	const collection = isPlainObject(root.collection) ? root.collection : root;
	if (!Array.isArray(collection.item))
		throw new ConfigError(
			`${from} is no collection of Postman: expected "item" in ` +
				`it${Array.isArray(collection.requests) ? '; this one is of v1: export it as v2.1' : ''}`,
		);
	const secrets = new Secrets();
	const leftOut: LeftOutPart[] = [];
	const requests: CollectedRequest[] = [];
	for (const item of itemsOf(collection, {folders: [], lists: [], auth: undefined}, secrets)) {
		const made = requestOf(item);
		if (typeof made === 'string') leftOut.push({name: item.label, reason: made});
		else requests.push(made);
	}
	const hasScripts = /"listen":"prerequest"/.test(JSON.stringify(collection));
	return importRequests(requests, {
		baseUrl,
		leftOut,
		secrets,
		remarks: hasScripts
			? ['scripts before requests are left out: what they set has to come from elsewhere']
			: [],
	});
}

interface Place {
	readonly folders: readonly string[];
	readonly lists: readonly unknown[];
	readonly auth: PlainObject | undefined;
}

function* itemsOf(owner: PlainObject, {folders, lists, auth}: Place, secrets: Secrets): Generator<Item> {
	const known = [...lists, owner.variable ?? []];
	const nearest = isPlainObject(owner.auth) ? owner.auth : auth;
	const variables = new Variables(known, secrets);
	for (const given of Array.isArray(owner.item) ? owner.item : []) {
		const item = asObject(given);
		const name = String(item.name ?? '');
		const path = [...folders, name];
		if (Array.isArray(item.item)) {
			if (path.length < DEEPEST) yield* itemsOf(item, {folders: path, lists: known, auth: nearest}, secrets);
		} else if (item.request !== undefined) yield {label: path.join(' / '), item, variables, auth: nearest};
	}
}
