/** The modules for signing in and out, loaded at once. */
export {signIns} from '../../config/auth/sign-in.ts';
export {shortPath} from '../../config/load/discover.ts';
export {refreshTokenOf} from '../../http/auth/oauth/token-answer.ts';
export {openBrowser} from '../browser.ts';
export * from './reading.ts';
