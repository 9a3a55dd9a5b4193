/** The modules for making a config, loaded at once. */
export {fromTheBeginning} from '../../import/beginning.ts';
export {configOfRequest} from '../../import/config-of-request.ts';
export {withAuth} from '../../import/credentials.ts';
export {requestOfCurl} from '../../import/curl/curl.ts';
export {exampleNamed, examples} from '../../init/catalogue.ts';
export {draftOf} from '../../init/draft.ts';
export {refuseConfig, refuseSecrets, unignored, writeNew} from '../../init/files.ts';
export {findingsOf} from '../../init/findings.ts';
export {takesTime} from '../../init/newest.ts';
export {configText, projectFiles, variablesIn} from '../../init/project.ts';
export {sampled} from '../../init/sample.ts';
export {tuneEngine} from '../terminal/engine.ts';
export {hintsOf, requestOfUrl} from '../url/config.ts';
