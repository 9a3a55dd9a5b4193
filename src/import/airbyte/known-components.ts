/**
 * Components in Python that do the same as a plain component of Airbyte with other values. They are recognized
 * by the name of their class, and by the API where several connectors use the same name.
 */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {type Differences, LeftOut} from './outcome.ts';

export interface ComponentPlace {
	readonly known: Known;
	readonly differences: Differences;
	/** The stream around the component. */
	readonly stream: PlainObject;
}

type Plain = (fields: PlainObject, place: ComponentPlace) => PlainObject | undefined;

const requesters: {readonly [name: string]: Plain} = {
	// Asana: all fields of the schema, and only the ids of what is inside them.
	AsanaHttpRequester: (fields, {stream, known}) => ({
		...fields,
		request_parameters: {
			...asObject(fields.request_parameters),
			...optionalFields(asObject(asObject(stream.schema_loader).schema), known.text(stream.name, 'name')),
		},
	}),
	// YouTube: on behalf of the owner of the content, if the connection has one.
	ContentOwnerRequester: forContentOwner,
	JobRequester(fields, place) {
		const type = place.known.in(fields).text("{{ parameters['report_type_id'] }}", 'type of the report');
		place.differences.add(
			'rows',
			`creates no reporting job, and without one there are no rows; if there is none, create it once: POST ` +
				`jobs with {"name": "Sluice", "reportTypeId": ${JSON.stringify(type)}}`,
		);
		return forContentOwner(fields, place);
	},
};

/** Ids of the connection if it has some, else those of the parents. */
function idsFrom(key: string): Plain {
	return (fields, {known}) => {
		const ids = known.in(fields).constant(`{{ config.get('${key}', []) }}`, 'ids of the connection');
		const [parent] = [fields.parent_stream_configs].flat().map(asObject);
		return Array.isArray(ids) && ids.length > 0
			? {type: 'ListPartitionRouter', values: ids, cursor_field: parent?.partition_field}
			: {...fields, type: 'SubstreamPartitionRouter'};
	};
}

const routers: {readonly [name: string]: Plain} = {
	// SurveyMonkey and Typeform.
	FormIdPartitionRouter: idsFrom('form_ids'),
	SurveyIdPartitionRouter: idsFrom('survey_ids'),
	// Trello. Without ids, the boards of organizations count too, and they stand in a list.
	OrderIdsPartitionRouter(fields, place) {
		const plain = idsFrom('board_ids')(fields, place);
		return plain?.type === 'ListPartitionRouter' ? plain : undefined;
	},
};

const decoders: {readonly [name: string]: Plain} = {
	CustomDecoder: (_, {stream}) =>
		isYouTube(asObject(asObject(stream.retriever).requester)) ? {type: 'CsvDecoder'} : undefined,
};

function forContentOwner(fields: PlainObject, {known}: ComponentPlace): PlainObject | undefined {
	if (!isYouTube(fields)) return undefined;
	const owner = known.text("{{ config.get('content_owner_id', '') }}", 'owner of the content');
	return {
		...fields,
		request_parameters: {
			...asObject(fields.request_parameters),
			...asObject(fields.extra_request_parameters),
			...(owner !== '' && {onBehalfOfContentOwner: owner}),
		},
	};
}

// A report is at a URL that the API states, so its own URL does not tell the API.
function isYouTube({authenticator, url_base: base}: PlainObject): boolean {
	return (
		String(base).startsWith('https://youtubereporting.googleapis.com/') ||
		(String(base).includes('downloadUrl') &&
			asObject(authenticator).token_refresh_endpoint === 'https://oauth2.googleapis.com/token')
	);
}

function optionalFields({properties}: PlainObject, stream: string): PlainObject {
	const names = Object.entries(asObject(properties)).map(([name, property]) =>
		typesOf(property).includes('object') || typesOf(asObject(property).items).includes('object')
			? fieldsInside(name, stream)
			: name,
	);
	return names.length === 0 ? {} : {opt_fields: names.join(',')};
}

function fieldsInside(name: string, stream: string): string {
	const isWhole =
		(stream === 'tasks' && name === 'custom_fields') || (stream === 'users' && name === 'photo');
	if (isWhole) return name;
	if (stream === 'tasks' && (name === 'hearts' || name === 'likes')) return `${name}.user.gid`;
	return stream === 'tasks' && name === 'memberships' ? 'memberships.(project|section).gid' : `${name}.gid`;
}

function typesOf(property: unknown): unknown[] {
	return [asObject(property).type].flat();
}

/** The requester as a plain one. */
export function plainRequester(given: unknown, place: ComponentPlace): PlainObject {
	return plainOf(asObject(given), {classes: requesters, type: 'HttpRequester', what: 'requester'}, place);
}

/** The partition router as a plain one, if it is in Python. */
export function plainRouter(given: PlainObject, place: Omit<ComponentPlace, 'stream'>): PlainObject {
	if (given.class_name === undefined) return given;
	return plainOf(given, {classes: routers, what: 'partition router'}, {...place, stream: {}});
}

/** The decoder as a plain one, if it is in Python. */
export function plainDecoder(given: unknown, place: ComponentPlace): unknown {
	const {class_name: name} = asObject(given);
	return name === undefined ? given : plainOf(asObject(given), {classes: decoders, what: 'decoder'}, place);
}

function plainOf(
	given: PlainObject,
	{classes, type, what}: {classes: {readonly [name: string]: Plain}; type?: string; what: string},
	place: ComponentPlace,
): PlainObject {
	if (type !== undefined && given.type === type) return given;
	const {class_name: name, ...fields} = given;
	const plain = classes[String(name).replace(/^.*\./, '')]?.(fields, place);
	if (!isPlainObject(plain)) throw new LeftOut(`Python: ${what}`, String(name ?? given.type));
	place.differences.add(
		'choice',
		`its ${what} works as the class ${String(name)} of Airbyte's own connector does`,
	);
	return type === undefined ? plain : {...plain, type};
}
