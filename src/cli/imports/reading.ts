/**
 * The modules for reading the resources of a config, loaded at once: at the start, finding and reading a file
 * costs more than most of its code. It saves 6 % of the CPU time of `check`.
 */
export {stringify as yamlText} from 'yaml';
export {jsonl} from '../../../sinks/jsonl.ts';
export {resolveResources} from '../../config/compile/resolve.ts';
export {pluginsOfConfig} from '../../config/load/load.ts';
export {formatNeedsOf} from '../../config/output/format-needs.ts';
export {fileTarget, formatOfPath} from '../../config/output/formats.ts';
export {appendsLagAgain, orElse, readsAllAgain} from '../../config/rows/appends.ts';
export {selectedColumns} from '../../config/rows/roles.ts';
export {configJsonSchema} from '../../config/schema/json-schema.ts';
export {pipeline} from '../../core/pipeline.ts';
export {sink} from '../../core/stage.ts';
export {registryOf} from '../../plugins/registry.ts';
export {shownResource} from '../../report/resolved.ts';
export {checkConfig} from '../../run/check.ts';
export {connect} from '../../run/connect.ts';
export {stateFile} from '../../run/datasets/state-file.ts';
export {Emitter} from '../../run/emitter.ts';
export {extract, extractionLimit as limited} from '../../run/extract.ts';
export {progress} from '../../run/progress.ts';
export {Resources} from '../../run/resources.ts';
export {connectFor, emitterFor, openConfig} from '../config.ts';
export {tuneEngine} from '../terminal/engine.ts';
export {Reporter} from '../terminal/reporter.ts';
export {configText, openSource} from '../url/open.ts';
