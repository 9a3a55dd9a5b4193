/** The steps of Sluice itself. The steps in one item of `processing_steps` run in this order. */
import {add} from './add.ts';
import {cast} from './cast.ts';
import {change} from './change.ts';
import {explode} from './explode.ts';
import {filter} from './filter.ts';
import {flatten} from './flatten.ts';
import {hash} from './hash.ts';
import {map} from './map.ts';
import {mask} from './mask.ts';
import {remove} from './remove.ts';
import {rename} from './rename.ts';
import {select} from './select.ts';
import {yieldMap} from './yield-map.ts';

export const builtInSteps = [
	filter,
	map,
	yieldMap,
	explode,
	flatten,
	rename,
	add,
	cast,
	change,
	hash,
	mask,
	remove,
	select,
] as const;

export type BuiltInStep = (typeof builtInSteps)[number];
