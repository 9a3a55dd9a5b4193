/** The manual as a page for man(1). */
import type {Verb} from '../verb.ts';
import {common, flagsOf, type OptionDefinition, type VerbDefinition} from './definitions.ts';

const titles: Readonly<Record<Verb['input'], string>> = {
	start: 'BEGINNING',
	config: 'READING WHAT A CONFIG DESCRIBES',
	output: 'LOOKING AFTER WHAT WAS WRITTEN',
	stdin: 'WORKING ON JSON IN A PIPE',
	shell: 'SETTING UP THE SHELL',
};

export function manPage(verbs: readonly VerbDefinition[]): string {
	const groups = Object.entries(titles).map(
		([input, title]) =>
			`.SH ${title}\n${verbs
				.filter(verb => verb.input === input)
				.map(verbText)
				.join('\n')}`,
	);
	return `.TH SLUICE 1 "" "sluice" "User Commands"
.SH NAME
sluice \\- REST APIs into Parquet, JSONL and CSV files
.SH SYNOPSIS
.B sluice
.I verb
.RI [ options ]
.SH DESCRIPTION
Sluice reads the resources of REST APIs that a config describes
.RI ( sluice.yaml ,
in this folder or above), and writes them to folders of files.
Standard output carries data only; everything else goes to standard error.
.SH OPTIONS OF ALL VERBS
${common.map(optionText).join('\n')}
.TP
.BR \\-V ", " \\-\\-version
Print the version.
${groups.join('\n')}
.SH EXIT STATUS
${exits.map(([code, text]) => `.TP\n.B ${code}\n${roff(text)}`).join('\n')}
.SH SEE ALSO
The README of the package; 'sluice schema config' prints the JSON Schema of a config.
`;
}

const exits = [
	['0', 'Done.'],
	['1', 'Failed.'],
	['2', 'The arguments or the config are wrong.'],
	['3', 'A request failed.'],
	['4', 'A schema contract was broken.'],
	['5', 'Some resources failed.'],
	['75', 'The time that --max-duration gives is over: the next run goes on from there.'],
	['130, 143', 'Interrupted, terminated.'],
] as const;

function verbText({command, describe, positionals, options, examples, epilogues}: VerbDefinition): string {
	return [
		`.SS sluice ${roff(command)}`,
		roff(`${describe}.`),
		...positionals.map(({name, describe}) => `.TP\n.I ${roff(name)}\n${roff(describe)}`),
		...options.map(optionText),
		...epilogues.map(text => `.PP\n${roff(text)}`),
		...examples.map(
			({line, about}) => `.PP\n.nf\n${roff(about === '' ? line : `${line}    # ${about}`)}\n.fi`,
		),
	].join('\n');
}

function optionText(option: OptionDefinition): string {
	const {value, choices, describe} = option;
	const flags = flagsOf(option)
		.map(flag => `\\fB${roff(flag)}\\fR`)
		.join(', ');
	const what =
		value === 'switch' ? '' : ` \\fI${choices.length > 0 ? choices.map(roff).join('\\fR|\\fI') : value}\\fR`;
	return `.TP\n${flags}${what}\n${roff(describe)}`;
}

// At the beginning of a line, a point or a quote is a command for roff.
function roff(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replace(/^(?=[.'])/gm, '\\&');
}
