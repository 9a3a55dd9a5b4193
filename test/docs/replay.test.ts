/**
 * Every page with commands is done word by word, and prints what stands in it. `SLUICE_DOCS=write` puts what
 * was printed into the pages.
 */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {blocksOf, page, pages, root} from './pages.ts';
import {type Command, commandsOf, replay} from './replay.ts';

const counts = {pages: 0, blocks: 0, commands: 0, files: 0};

/** An output without what differs from run to run: times, sizes, speeds, process numbers, widths. */
function steady(text: string): string {
	return (
		text
			// A line of progress, which a slow machine prints.
			.replace(/^\S+: .*, [\d,]+ rows\/s.*\n/gm, '')
			.replace(/\d{8}T\d{6}Z-[\da-f]+/g, 'RUN')
			.replace(/\$schema=\S+/g, '$schema=…')
			.replace(/\d+(\.\d+)? (kB|MB|B)\b/g, '0 kB')
			.replace(/\d+(\.\d+)? (s|ms)\b/g, '0 s')
			.replace(/\d{4}-\d\d-\d\dT[\d:]+Z(?= {2})/g, 'NOW')
			.replace(/(0 s +)[\d,]+$/gm, '$10')
			.replace(/─+/g, '─')
			.replace(/ +/g, ' ')
			.replace(/ +$/gm, '')
			// Pages ahead of their turn are more or fewer of hundreds of requests.
			.replace(/\b\d{3,} requests/g, 'many requests')
			.replace(/^(\S+ [\d,]+) \d{3,} \d+ /gm, '$1 many some ')
	);
}

/** Whether it is that output; a line of `…` stands for any lines. */
function isLike(expected: string, actual: string): boolean {
	const pattern = steady(expected)
		.split(/^…$/m)
		.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
		.join('[\\s\\S]*');
	return new RegExp(`^${pattern}$`).test(steady(actual));
}

/** A script in Python needs packages that a machine may lack. */
const isSkipped = ({actual}: Command): boolean =>
	/ModuleNotFoundError|python3: (command )?not found/.test(actual);

function withOutputs(text: string, commands: readonly Command[]): string {
	const lines = text.split('\n');
	for (const {line, command, expected, actual} of commands.toReversed()) {
		const from = line - 1 + command.split('\n').length;
		const length = expected === '' ? 0 : expected.split('\n').length;
		lines.splice(from, length, ...(actual === '' ? [] : actual.split('\n')));
	}
	return lines.join('\n');
}

const shown =
	(side: 'actual' | 'expected') =>
	(each: Command): string =>
		`line ${each.line}: ${each.command}\n${steady(each[side])}`;

for (const path of await pages()) {
	const text = await page(path);
	const blocks = blocksOf(text);
	counts.pages++;
	counts.blocks += blocks.length;
	if (!blocks.some(({language, text: lines}) => language === 'console' && commandsOf(lines).length > 0))
		continue;
	test(`${path} prints what it says`, async () => {
		const {commands, problems, files} = await replay(text);
		counts.commands += commands.length;
		counts.files += files;
		const differing = commands.filter(each => !isSkipped(each) && !isLike(each.expected, each.actual));
		if (process.env.SLUICE_DOCS === 'write') await writeFile(join(root, path), withOutputs(text, differing));
		else deepStrictEqual(differing.map(shown('actual')), differing.map(shown('expected')));
		deepStrictEqual(problems, []);
	});
}

after(() => {
	ok(counts.commands > 0);
	process.stderr.write(
		`${counts.pages} pages, ${counts.blocks} samples; run: ${counts.commands} commands, ${counts.files} ` +
			'files\n',
	);
});
