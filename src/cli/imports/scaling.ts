/** The modules of the verbs that divide the work of a run, loaded at once. */
export {commitParts} from '../../run/parts/commit-parts.ts';
export {lineOf, parsePart} from '../../run/parts/part.ts';
export {planParts, spoolOf} from '../../run/parts/plan-parts.ts';
export {startPartWorker} from '../../run/parts/queue.ts';
export {runPart} from '../../run/parts/run-part.ts';
export {chosenParts, planIn} from '../parts/chosen.ts';
export {serveHealth} from '../parts/health.ts';
export {refuseOthers, runInParts} from '../parts/run-in-parts.ts';
export {runWorkers} from '../parts/workers.ts';
export * from './writing.ts';
