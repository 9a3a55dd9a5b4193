/** All that a run needs, loaded at once. */
export {run} from '../run/run.ts';
export * from './reading.ts';
export {summaryTable} from './terminal/summary.ts';
