/** Every verb, in the order of the help. */
import {auth} from './auth.ts';
import {check} from './check.ts';
import {dedupe, normalize, select, write} from './filters.ts';
import {gc} from './gc.ts';
import {ls} from './ls.ts';
import {preview} from './preview.ts';
import {read} from './read.ts';
import {run} from './run.ts';
import {schema} from './schema.ts';
import {show} from './show.ts';
import {state} from './state.ts';
import type {Verb} from './verb.ts';
import {verify} from './verify.ts';

export const verbs: readonly Verb[] = [
	run,
	read,
	preview,
	check,
	show,
	schema,
	auth,
	ls,
	verify,
	gc,
	state,
	select,
	normalize,
	dedupe,
	write,
];
