import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import * as z from 'zod';
import {kind, object, whenNeeded} from '../../src/config/schema/object.ts';

test('a part of the schema is made when a value for it comes along, and once', () => {
	let made = 0;
	const part = whenNeeded(() => {
		made++;
		return object({size: z.number()});
	});
	const whole = object({part: part.nullish(), other: part.optional()});
	deepEqual(whole.parse({}), {});
	deepEqual(whole.parse({part: null}), {part: null});
	equal(made, 0);
	deepEqual(whole.parse({part: {size: 1}, other: {size: 2}}), {part: {size: 1}, other: {size: 2}});
	equal(whole.safeParse({part: {size: 'x'}}).success, false);
	equal(made, 1);
});

test('of several kinds only the one that is meant is made', () => {
	const made: string[] = [];
	const named = <const Type extends string>(...types: Type[]) =>
		kind(types, 'One of them.', type => {
			made.push(types[0] as string);
			return object({type});
		});
	const any = z.discriminatedUnion('type', [named('round'), named('square', 'quadratic')]);
	deepEqual(any.parse({type: 'quadratic'}), {type: 'quadratic'});
	equal(any.safeParse({type: 'flat'}).success, false);
	deepEqual(made, ['square']);
});
