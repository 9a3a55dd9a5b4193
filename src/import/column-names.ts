/** Names under which APIs have the key of a row, and its times. */
import {plainName} from '../resource/paging/known-places.ts';

/** Plain names of the key of a resource, the likeliest first. */
export function keyNamesFor(resource: string): readonly string[] {
	const name = plainName(resource);
	const singular = singularOf(name);
	const own = [singular, name].flatMap(each => [`${each}id`, `${each}uuid`, `${each}key`]);
	return [
		'id',
		...own,
		'uuid',
		'uid',
		'guid',
		'gid',
		'pk',
		'objectid',
		'identifier',
		'uniqueid',
		'sha',
		'key',
		'code',
		'slug',
	];
}

/** `companies` becomes `company`. */
export function singularOf(name: string): string {
	return name
		.replace(/ies$/, 'y')
		.replace(/(ss|x|ch|sh)es$/, '$1')
		.replace(/([^s])s$/, '$1');
}

const changed =
	/^(date|time)?(last)?(updated?|modified|modification|changed?|edited)(at|on|date|time|ts|timestamp|utc|datetime|dateutc)*$/;
const made =
	/^(date|time)?(created?|creation|inserted|added|occurred|published|event)(at|on|date|time|ts|timestamp|utc|datetime)*$|^(timestamp|systemmodstamp)$/;

/** Whether a column of this name has the time of the last change, or of the row's creation. */
export function timeKindOf(column: string): 'change' | 'creation' | undefined {
	const name = plainName(column);
	if (changed.test(name) || name === 'systemmodstamp') return 'change';
	return made.test(name) ? 'creation' : undefined;
}

const start = /since|after|from|gte?$|newer|start|begin|min/i;
const kind = /updat|modif|chang|creat|date|time|since|after|newer|edited/i;

/** Whether a parameter of this name asks for rows from a time on. */
export function isTimeParam(name: string): boolean {
	return start.test(name) && kind.test(name);
}
