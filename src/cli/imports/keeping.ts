/** The modules for managing datasets, loaded at once. */
export {rowsOfFile} from '../../config/output/row-count.ts';
export {schemaToJson} from '../../core/schema/schema-file.ts';
export {builtInFormats, formatOf} from '../../plugins/formats/all.ts';
export {storedState} from '../../resource/incremental/state.ts';
export {withoutGuess} from '../../resource/walk/answer/guessed-selector.ts';
export {auditTables} from '../../run/datasets/audit-tables.ts';
export {findDatasets, outputPlace as placeOf, resourcesOf} from '../../run/datasets/datasets.ts';
export {audit} from '../../state/audit.ts';
export {lastCommit} from '../../state/commits/commit-log.ts';
export {repair} from '../../state/commits/repair.ts';
export {openDataset, refuseWithoutLog} from '../../state/dataset.ts';
export {linksIn} from '../../state/folders/on-disk.ts';
export {strayLinks} from '../../state/folders/stray-links.ts';
export {removeGarbage} from '../../state/garbage.ts';
export {LockHeldError, lockHolder} from '../../state/lock/lock.ts';
export {runName} from '../../state/resume.ts';
