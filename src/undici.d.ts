/** One part of undici 7, by the path it has in the package: loading all of undici takes a sixth of a short run. */
declare module 'undici/lib/dispatcher/agent.js' {
	import {Agent} from 'undici';

	export default Agent;
}
