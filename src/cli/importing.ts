/** The modules for importing a connector, loaded at once. */
export {connectionFor, specOf} from '../import/airbyte/connection.ts';
export {importManifest} from '../import/airbyte/import.ts';
export {readConnector} from '../import/airbyte/read.ts';
export {outcomeOf, summaryOf} from '../import/airbyte/summary.ts';
export {written} from '../import/airbyte/write.ts';
