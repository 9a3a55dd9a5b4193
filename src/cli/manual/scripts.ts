/** The output of `sluice completion`. */
import type {Verb} from '../verb.ts';
import {bashCompletion} from './bash.ts';
import {definitions} from './definitions.ts';
import {fishCompletion} from './fish.ts';
import {manPage} from './man-page.ts';
import {powershellCompletion} from './powershell.ts';
import {zshCompletion} from './zsh.ts';

export function script(shell: string, verbs: readonly Verb[]): string | undefined {
	switch (shell) {
		case 'bash':
			return bashCompletion(definitions(verbs));
		case 'zsh':
			return zshCompletion(definitions(verbs));
		case 'fish':
			return fishCompletion(definitions(verbs));
		case 'powershell':
			return powershellCompletion(definitions(verbs));
		case 'man':
			return manPage(definitions(verbs));
		default:
			return undefined;
	}
}
