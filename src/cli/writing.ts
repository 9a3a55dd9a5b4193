/** All that a run needs, loaded at once. */

export {fingerprint} from '../config/compile/fingerprint.ts';
export {exists} from '../config/load/discover.ts';
export {besideConfig, folderOnly} from '../config/load/folder-only.ts';
export {invocation} from '../state/invocation.ts';
export * from './reading.ts';
export {summaryTable} from './summary.ts';
export {targets} from './target.ts';
