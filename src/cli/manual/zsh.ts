/** The completion script for zsh. */
import {common, type OptionDefinition, type VerbDefinition} from './definitions.ts';

export function zshCompletion(verbs: readonly VerbDefinition[]): string {
	const described = verbs.map(
		({name, describe}) => `		${quoted(`${name}:${describe.replaceAll(':', '\\:')}`)}`,
	);
	return `#compdef sluice
# Completion of sluice for zsh. In ~/.zshrc, after compinit: eval "$(sluice completion zsh)"
_sluice() {
	local -a verbs
	verbs=(
${described.join('\n')}
	)
	if ((CURRENT == 2)); then
		_describe -t verbs verb verbs
		return
	fi
	local verb=$words[2]
	shift words
	((CURRENT--))
	case $verb in
${verbs.map(argumentsOf).join('\n')}
	help) _describe -t verbs verb verbs ;;
	esac
}
if [[ $funcstack[1] == _sluice ]]; then
	_sluice "$@"
else
	compdef _sluice sluice
fi
`;
}

function argumentsOf({name, options, words}: VerbDefinition): string {
	const first = words.length > 0 ? [quoted(`1:what:(${words.join(' ')})`)] : [];
	const specs = [...[...options, ...common].map(specOf), ...first, quoted('*:argument:_files')];
	return `	${name})\n		_arguments -s -S \\\n${specs.map(spec => `			${spec}`).join(' \\\n')}\n		;;`;
}

// '(-o --output)'{-o,--output}'[Folder of the datasets]:output:_files'
function specOf({name, alias, describe, value, choices}: OptionDefinition): string {
	const action =
		value === 'switch'
			? ''
			: `:${name}:${choices.length > 0 ? `(${choices.join(' ')})` : value === 'path' ? '_files' : ''}`;
	const rest = `[${describe.replace(/[[\]:\\]/g, '\\$&')}]${action}`;
	if (alias === undefined) return quoted(`--${name}${rest}`);
	return `${quoted(`(-${alias} --${name})`)}{-${alias},--${name}}${quoted(rest)}`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
