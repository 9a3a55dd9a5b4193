import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import {print} from '../terminal/print.ts';
import {type Verb, verb} from '../verb.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell', 'man'];

/** `verbs` are all verbs to complete, including this one. */
export const completionOf = (verbs: () => readonly Verb[]): Verb =>
	verb({
		name: 'completion',
		command: 'completion <shell>',
		describe: 'Print completion for bash, zsh, fish or powershell, or the page for man',
		input: 'shell',
		words: shells,
		options: parser =>
			parser
				.positional('shell', {
					type: 'string',
					demandOption: true,
					describe: 'bash, zsh, fish or powershell; man: the manual',
				})
				.example('eval "$($0 completion bash)"', 'in ~/.bashrc; zsh: in ~/.zshrc, after compinit')
				.example('$0 completion fish > ~/.config/fish/completions/sluice.fish', ''),
		async handler({shell}) {
			const {script} = await import('../manual/scripts.ts');
			const text = script(shell, verbs());
			if (text === undefined)
				throw new ConfigError(
					`completion knows ${shells.join(', ')}; got ${JSON.stringify(shell)}${didYouMean(shell, shells)}`,
				);
			await print(text);
		},
	});
