/** The completion script for fish. */
import {common, type OptionDefinition, type VerbDefinition} from './definitions.ts';

export function fishCompletion(verbs: readonly VerbDefinition[]): string {
	return `# Completion of sluice for fish: sluice completion fish > ~/.config/fish/completions/sluice.fish
function __sluice_has_no_verb
	test (count (commandline -opc)) -eq 1
end
function __sluice_verb_is
	set -l words (commandline -opc)
	test (count $words) -gt 1; and test $words[2] = $argv[1]
end
function __sluice_is_first
	__sluice_verb_is $argv[1]; and test (count (commandline -opc)) -eq 2
end
${verbs.map(({name, describe}) => `complete -c sluice -n __sluice_has_no_verb -f -a ${name} -d ${quoted(describe)}`).join('\n')}
complete -c sluice -n __sluice_has_no_verb -f -s h -l help -d 'Show the help'
complete -c sluice -n __sluice_has_no_verb -f -s V -l version -d 'Print the version'
${verbs.flatMap(linesOf).join('\n')}
`;
}

function linesOf({name, options, words}: VerbDefinition): string[] {
	const first =
		words.length > 0
			? [`complete -c sluice -n '__sluice_is_first ${name}' -f -a ${quoted(words.join(' '))}`]
			: [];
	return [
		...first,
		...[...options, ...common].map(
			option => `complete -c sluice -n '__sluice_verb_is ${name}' ${optionOf(option)}`,
		),
	];
}

function optionOf({name, alias, describe, value, choices}: OptionDefinition): string {
	const short = alias === undefined ? '' : `-s ${alias} `;
	const words = choices.length > 0 ? `-x -a ${quoted(choices.join(' '))} ` : '';
	const takes = words || {switch: '', path: '-r -F ', word: '-x '}[value];
	return `${short}-l ${name} ${takes}-d ${quoted(describe)}`;
}

function quoted(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
