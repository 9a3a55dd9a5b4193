/** The completion script for bash, from version 3.2 on, which macOS has. */
import {common, flagsOf, type VerbDefinition} from './definitions.ts';

export function bashCompletion(verbs: readonly VerbDefinition[]): string {
	return `# Completion of sluice for bash. In ~/.bashrc: eval "$(sluice completion bash)"
_sluice_words() {
	local IFS=$' \\n'
	COMPREPLY=($(compgen -W "$1" -- "$2"))
}
_sluice_files() {
	local IFS=$'\\n'
	compopt -o filenames 2>/dev/null
	COMPREPLY=($(compgen -f -- "$1"))
}
_sluice() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_sluice_words ${quoted([...verbs.map(({name}) => name), 'help', '--help', '--version'])} "$word"
		return
	fi
	case "$verb $before" in
${verbs.flatMap(values).join('\n')}
	esac
	case $word in
	-*)
		case $verb in
${verbs.map(({name, options}) => `		${name}) _sluice_words ${quoted([...options, ...common].flatMap(flagsOf))} "$word" ;;`).join('\n')}
		esac
		return
		;;
	esac
	case $verb in
${verbs
	.filter(({words}) => words.length > 0)
	.map(
		({name, words}) =>
			`	${name}) if ((COMP_CWORD == 2)); then _sluice_words ${quoted(words)} "$word"; fi ;;`,
	)
	.join('\n')}
	help) _sluice_words ${quoted(verbs.map(({name}) => name))} "$word" ;;
	*) _sluice_files "$word" ;;
	esac
}
complete -F _sluice sluice
`;
}

// The values of an option.
function values({name, options}: VerbDefinition): string[] {
	return [...options, ...common]
		.filter(({value}) => value !== 'switch')
		.map(option => {
			const patterns = flagsOf(option).map(flag => `"${name} ${flag}"`);
			const {choices, value} = option;
			const action =
				choices.length > 0
					? `_sluice_words ${quoted(choices)} "$word"; return`
					: value === 'path'
						? '_sluice_files "$word"; return'
						: 'return';
			return `	${patterns.join(' | ')}) ${action} ;;`;
		});
}

function quoted(words: readonly string[]): string {
	return `'${words.join(' ')}'`;
}
