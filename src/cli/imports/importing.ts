/** The modules for importing a connector, loaded at once. */

export {accepted, chosen} from '../../import/accepted.ts';
export {connectionFor, specOf} from '../../import/airbyte/connection.ts';
export {importManifest} from '../../import/airbyte/import.ts';
export {readConnector} from '../../import/airbyte/read.ts';
export {outcomeOf, summaryOf} from '../../import/airbyte/summary.ts';
export {written} from '../../import/airbyte/write.ts';
export {commented, secretsText} from '../../import/commented.ts';
export {configOf, secretNamesIn, variablesIn} from '../../import/imported-config.ts';
export {importers} from '../../import/importers.ts';
export {scripted} from '../../import/scripted.ts';
export {sourceText} from '../../import/source-text.ts';
export {summaryOf as linesOf} from '../../import/summary.ts';
export {refuseConfig, refuseSecrets, unignored, writeNew} from '../../init/files.ts';
export {findingsOf} from '../../init/findings.ts';
export {sampled} from '../../init/sample.ts';
export {tuneEngine} from '../terminal/engine.ts';
