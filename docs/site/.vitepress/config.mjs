import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {defineConfig} from 'vitepress';

const pages = join(import.meta.dirname, '../.pages');

export default defineConfig({
	title: 'Sluice',
	description: 'REST APIs into Parquet, JSONL and CSV files, from one config file.',
	srcDir: '.pages',
	cleanUrls: true,
	markdown: {
		// Angle brackets and double braces are text on these pages, and neither tags nor expressions of Vue.
		html: false,
		config: md => {
			const {text, code_inline: code} = md.renderer.rules;
			md.renderer.rules.text = (...args) => text(...args).replaceAll('{{', '&#123;&#123;');
			md.renderer.rules.code_inline = (...args) => code(...args).replace('<code', '<code v-pre');
		},
	},
	themeConfig: {
		nav: [
			{text: 'Tutorial', link: '/tutorial'},
			{text: 'How to', link: '/how-to/init'},
			{text: 'Reference', link: '/reference/config'},
		],
		sidebar: JSON.parse(readFileSync(join(pages, 'sidebar.json'), 'utf8')),
		search: {provider: 'local'},
		outline: 'deep',
	},
});
