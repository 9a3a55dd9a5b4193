/** The modules for managing datasets, loaded at once. */
export {rowsOfFile} from '../config/output/row-count.ts';
export {schemaToJson} from '../core/schema/schema-file.ts';
export {builtInFormats, formatOf} from '../plugins/formats/all.ts';
export {storedState} from '../resource/incremental/state.ts';
export {withoutGuess} from '../resource/walk/answer/guessed-selector.ts';
export {auditTables} from '../run/audit-tables.ts';
export {findDatasets, outputPlace as placeOf, resourcesOf} from '../run/datasets.ts';
export {audit} from '../state/audit.ts';
export {lastCommit} from '../state/commit-log.ts';
export {openDataset, refuseWithoutLog} from '../state/dataset.ts';
export {removeGarbage} from '../state/garbage.ts';
export {LockHeldError, lockHolder} from '../state/lock.ts';
export {linksIn} from '../state/on-disk.ts';
export {repair} from '../state/repair.ts';
export {runName} from '../state/resume.ts';
export {strayLinks} from '../state/stray-links.ts';
