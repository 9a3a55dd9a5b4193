/** The modules for writing the page about a run, loaded at once. */
export {keptRecord} from '../../report/keep.ts';
export {checkReportPath, writeReport} from '../../report/page/write.ts';
export {outputPlace as placeOf} from '../../run/datasets/datasets.ts';
