/**
 * Extractors and transformations in Python of Airbyte's own connectors, as steps. They are recognized by the
 * name of their class, and by the API where several connectors use the same name.
 */
import type {PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {type Differences, LeftOut} from './outcome.ts';
import type {Request} from './requester.ts';

export interface RecordPlace {
	readonly known: Known;
	readonly request: Request;
	readonly differences: Differences;
}

interface KnownExtractor {
	readonly path: readonly unknown[];
	readonly steps?: readonly PlainObject[];
	/** The `rows` of the endpoint. */
	readonly rows?: PlainObject;
}

/** An object made by this block, which fills `o`. */
const object = (block: string): PlainObject => ({map: `{% set o = {} %}${block}{{ o }}`});

// Chargebee: fields of the user become a list of names and values.
const customFields = object(
	'{% set list = [] %}{% for key, value in record | items %}' +
		"{% if key.startswith('cf_') %}{% set _ = list.append({'name': key, 'value': value}) %}" +
		'{% else %}{% set _ = o.update({key: value}) %}{% endif %}{% endfor %}' +
		"{% set _ = o.update({'custom_fields': list}) %}",
);

// Outreach: the attributes, the id, and the ids of related records.
const flatRelations = object(
	"{% set _ = o.update(record['attributes'] or {}) %}{% set _ = o.update({'id': record['id']}) %}{% for " +
		"name, relation in (record['relationships'] or {}) | items %}{% set to = relation['data'] %}{% if to " +
		"%}{% set _ = o.update({name: to['id'] if to is mapping else to | map(attribute='id') | list}) %}{% " +
		'endif %}{% endfor %}',
);

const namedProperties =
	"{% set list = [] %}{% for name, value in (record['properties'] or {}) | items %}" +
	"{% set _ = list.append({'name': name, 'value': value}) %}{% endfor %}" +
	"{% set o = {} %}{% set _ = o.update(record) %}{% set _ = o.update({'properties': list}) %}{{ o }}";

// Xero: times such as /Date(1419937200000+0100)/, at any depth, become times in ISO 8601. The offset is added.
const dotNetTimes: PlainObject = {
	change: {
		fields: ['**'],
		when: "{{ value is string and value | regex_search('(Date\\(-?\\d+(?:[-+]\\d*)?\\))') }}",
		to:
			"{% set offset = value | regex_search('Date\\(-?\\d+[-+](\\d+)\\)') %}" +
			'{% set minutes = (offset[:2] | int) * 60 + (offset[2:] | int) %}' +
			"{% set sign = -1 if value | regex_search('Date\\(-?\\d+(-)') else 1 %}" +
			"{% set seconds = (value | regex_search('Date\\((-?\\d+)') | int) // 1000 + sign * minutes * 60 %}" +
			"{{ format_datetime(seconds, '%Y-%m-%dT%H:%M:%S+00:00') }}",
	},
};

type Transformed = (fields: PlainObject, place: RecordPlace) => PlainObject[] | undefined;
type Extracted = (fields: PlainObject, place: RecordPlace) => KnownExtractor | undefined;

const transformations: {readonly [name: string]: Transformed} = {
	// Notion: the properties of a page become a list of names and values.
	NotionPropertiesTransformation: () => [{map: namedProperties}],
	CustomFieldTransformation(_, {request: {url, headers}}) {
		if (/\.chargebee\.com\//.test(url)) return [customFields];
		if (headers.get('Output-Format') !== 'JSON') return undefined;
		// PrestaShop: times that are not set.
		const when = "{{ value is string and value.startswith('0000-00-00') }}";
		return [{change: {fields: ['**'], when, to: '{{ none }}'}}];
	},
};

const extractors: {readonly [name: string]: Extracted} = {
	CustomExtractor({field_path: path}, {request: {url}}) {
		if (/^https:\/\/api\.outreach\.io\//.test(url)) return {path: ['data'], steps: [flatRelations]};
		return /^https:\/\/api\.xero\.com\//.test(url) ? {path: listOf(path), steps: [dotNetTimes]} : undefined;
	},
	// Pinterest: a list of accounts, or the one account of the connection.
	AdAccountRecordExtractor: (_, {request: {url}}) => {
		const [, place] = /^https:\/\/api\.pinterest\.com\/v5\/(ad_accounts(?:\/[^/?]+)?)$/.exec(url) ?? [];
		return place === undefined ? undefined : {path: place === 'ad_accounts' ? ['items'] : []};
	},
	NullCheckedDpathExtractor({field_path: path, nullable_nested_field: nested}, {known}) {
		const field = JSON.stringify(known.text(nested, 'path to the records'));
		return {path: listOf(path), steps: [{map: `{{ record[${field}] or record }}`}]};
	},
	ObjectDpathExtractor({field_path: path, inject_key_as_field: field}, {known, differences}) {
		const key = known.text(field, 'field for the key of a record');
		if (key === '') {
			differences.add('rows', 'an object of objects is one record, where Airbyte has one for each');
			return {path: listOf(path)};
		}
		return {path: listOf(path), rows: {from: 'object', key}};
	},
};

/** The steps of a transformation in Python. */
export function knownSteps(fields: PlainObject, place: RecordPlace): PlainObject[] {
	return knownOf(transformations, 'transformation', fields, place);
}

/** The path, the steps and the rows of an extractor in Python. */
export function knownExtractor(fields: PlainObject, place: RecordPlace): KnownExtractor {
	return knownOf(extractors, 'record extractor', fields, place);
}

function knownOf<Result>(
	classes: {readonly [name: string]: (fields: PlainObject, place: RecordPlace) => Result | undefined},
	what: string,
	fields: PlainObject,
	place: RecordPlace,
): Result {
	const name = String(fields.class_name);
	const found = classes[name.replace(/^.*\./, '')]?.(fields, place);
	if (found === undefined) throw new LeftOut(`Python: ${what}`, name);
	place.differences.add('choice', `changes records as the class ${name} of Airbyte's own connector does`);
	return found;
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}
