/** The modules for a run, loaded at once. */
export {keepRecord, keptRecord} from '../../report/keep.ts';
export {Recorder} from '../../report/recorder.ts';
export {resolvedConfig} from '../../report/resolved.ts';
export {localFolder, outputOf} from '../../run/output/output.ts';
export {planOf} from '../../run/plan.ts';
export {run} from '../../run/run.ts';
export {Observers} from '../observers.ts';
export {planText} from '../plan.ts';
export {summaryTable} from '../terminal/summary.ts';
export * from './reading.ts';
