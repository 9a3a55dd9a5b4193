/** Every verb, in the order of the help. */
import type {Verb} from './verb.ts';
import {auth} from './verbs/auth.ts';
import {check} from './verbs/check.ts';
import {commit} from './verbs/commit.ts';
import {completionOf} from './verbs/completion.ts';
import {dedupe} from './verbs/dedupe.ts';
import {gc} from './verbs/gc.ts';
import {importVerb} from './verbs/import.ts';
import {init} from './verbs/init.ts';
import {ls} from './verbs/ls.ts';
import {normalize} from './verbs/normalize.ts';
import {plan} from './verbs/plan.ts';
import {preview} from './verbs/preview.ts';
import {read} from './verbs/read.ts';
import {report} from './verbs/report.ts';
import {run} from './verbs/run.ts';
import {runPart} from './verbs/run-part.ts';
import {schema} from './verbs/schema.ts';
import {select} from './verbs/select.ts';
import {show} from './verbs/show.ts';
import {state} from './verbs/state.ts';
import {verify} from './verbs/verify.ts';
import {worker} from './verbs/worker.ts';
import {write} from './verbs/write.ts';

export const verbs: readonly Verb[] = [
	init,
	importVerb,
	run,
	plan,
	runPart,
	commit,
	worker,
	read,
	preview,
	check,
	show,
	schema,
	auth,
	completionOf(() => verbs),
	report,
	ls,
	verify,
	gc,
	state,
	select,
	normalize,
	dedupe,
	write,
];
