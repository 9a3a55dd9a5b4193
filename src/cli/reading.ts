/**
 * All that it takes to read what a config describes, loaded at once: to find and read a file costs a start
 * more than most of what is in it.
 */
export {jsonl} from '../../sinks/jsonl.ts';
export {orElse, readsAllAgain} from '../config/compile/appends.ts';
export {fileTarget, formatOfPath} from '../config/compile/formats.ts';
export {resolveResources} from '../config/compile/resolve.ts';
export {pluginsOfConfig} from '../config/load/load.ts';
export {configJsonSchema} from '../config/schema/json-schema.ts';
export {pipeline} from '../core/pipeline.ts';
export {sink} from '../core/stage.ts';
export {extract, limited} from './extract.ts';
export {extractFamily} from './extract-family.ts';
export {checkFolders, connect, only, openProject, pick} from './project.ts';
export {stateFile} from './state-file.ts';
