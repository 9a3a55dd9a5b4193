/** The example of CONTRIBUTING.md works: its plugin pages as the page of the example says. */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {transform} from 'esbuild';
import {blocksOf, page} from './pages.ts';
import {replay} from './replay.ts';

test('the paginator of the example reads the list that its page shows', async () => {
	const text = await page('CONTRIBUTING.md');
	const source = blocksOf(text).find(({text: lines}) => lines.includes("type: 'range_header'"))?.text ?? '';
	const [, sample = ''] = /^````md\n([\s\S]*?)^````$/m.exec(text) ?? [];
	ok(source !== '' && sample.includes('range_header'));
	// As a plugin beside the config, it needs no change of Sluice.
	const beside = source.replace(/'\.\.\/[\w-]+\.ts'/g, "'sluice/plugin'");
	const {code} = await transform(beside, {loader: 'ts'});
	const plugin = `\`\`\`js range-header.js\n${code}\`\`\`\n`;
	const played = sample
		.replace('client: {', 'plugins: ./range-header.js\nclient: {')
		.replace('```yaml', () => `${plugin}\n\`\`\`yaml`);
	const {commands, problems} = await replay(played);
	deepStrictEqual(problems, []);
	deepStrictEqual(
		commands.map(({actual}) => actual),
		commands.map(({expected}) => expected),
	);
});
