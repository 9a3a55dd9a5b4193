/**
 * The completion script for PowerShell, on any system. Without a completion of its own, PowerShell offers
 * files.
 */
import {common, flagsOf, type VerbDefinition} from './definitions.ts';

export function powershellCompletion(verbs: readonly VerbDefinition[]): string {
	return `# Completion of sluice for PowerShell. In $PROFILE: sluice completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName sluice -ScriptBlock {
	param($word, $line, $cursor)
	$verbs = [ordered]@{
${verbs.map(({name, describe}) => `		${quoted(name)} = ${quoted(describe)}`).join('\n')}
	}
	$flags = @{
${verbs.map(({name, options}) => `		${quoted(name)} = ${list([...options, ...common].flatMap(flagsOf))}`).join('\n')}
	}
	$values = @{
${verbs.flatMap(valuesOf).join('\n')}
	}
	$before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
	if ($before.Count -le 1) {
		$verbs.GetEnumerator() | Where-Object { $_.Key -like "$word*" } | ForEach-Object {
			[System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
		}
		return
	}
	$verb = $before[1]
	$known = if ($word -like '-*') { $flags[$verb] } else { $values["$verb $($before[-1])"] }
	$known | Where-Object { $_ -clike "$word*" } | ForEach-Object {
		[System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
	}
}
`;
}

// The words after an option, and after the verb itself. PowerShell ignores the case of keys.
function valuesOf({name, words, options}: VerbDefinition): string[] {
	const lines = [...options, ...common]
		.filter(({choices}) => choices.length > 0)
		.flatMap(option =>
			flagsOf(option).map(flag => `		${quoted(`${name} ${flag}`)} = ${list(option.choices)}`),
		);
	return words.length > 0 ? [`		${quoted(`${name} ${name}`)} = ${list(words)}`, ...lines] : lines;
}

function list(words: readonly string[]): string {
	return `@(${words.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
