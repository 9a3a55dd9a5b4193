// Makes the pages of the site: those of docs/, the reference of the library from its types, and the index of the
// sidebar from docs/README.md.
import {execFileSync} from 'node:child_process';
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join, relative, resolve} from 'node:path';

const here = import.meta.dirname;
const docs = join(here, '..');
const pages = join(here, '.pages');

/** Links to files outside of docs/ become their text: the site does not have these files. */
function withoutOuterLinks(text, path) {
	return text.replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, label, target) => {
		if (/^(https?:|#|mailto:)/.test(target)) return link;
		const file = resolve(dirname(path), target.replace(/#.*/, ''));
		if (relative(docs, file).startsWith('..') || !file.endsWith('.md')) return label;
		return link.replace(/README\.md/, 'index.md');
	});
}

async function copyPages(folder) {
	for (const entry of await readdir(join(docs, folder), {withFileTypes: true})) {
		const name = join(folder, entry.name);
		if (entry.isDirectory() && name !== 'site') await copyPages(name);
		if (!entry.isFile() || !name.endsWith('.md')) continue;
		const target = join(pages, name.replace(/README\.md$/, 'index.md'));
		await mkdir(dirname(target), {recursive: true});
		const text = await readFile(join(docs, name), 'utf8');
		// Comments are for the test that plays the samples.
		const shown = text.replace(/^<!--.*?-->\n/gms, '');
		await writeFile(target, withoutOuterLinks(shown, join(docs, name)));
	}
}

/** Each table of docs/README.md under a heading is a group of the sidebar, and each first cell with a link a page. */
function sidebarOf(text) {
	const sections = [];
	for (const line of text.split('\n')) {
		const heading = /^## (.+)/.exec(line);
		if (heading) sections.push({text: heading[1], items: []});
		const group = /^\| ([\w -]+) \| \|$/.exec(line);
		if (group && sections.length > 0) sections.at(-1).items.push({text: group[1], items: []});
		const pages = sections.at(-1)?.items.at(-1)?.items ?? sections.at(-1)?.items;
		const [, cell = ''] = /^\| (.*?) \| /.exec(line) ?? [];
		for (const [, label, page] of cell.matchAll(/\[([^\]]+)\]\(([^)#]+)\.md\)/g))
			pages?.push({text: label, link: `/${page}`});
	}
	return sections.filter(({items}) => items.length > 0);
}

await rm(pages, {recursive: true, force: true});
await copyPages('');
const index = await readFile(join(docs, 'README.md'), 'utf8');
const library = {text: 'Library', items: [{text: 'Functions and types', link: '/reference/api/README'}]};
await writeFile(join(pages, 'sidebar.json'), JSON.stringify([...sidebarOf(index), library]));
execFileSync('npx', ['typedoc', '--options', join(here, 'typedoc.json')], {cwd: here, stdio: 'inherit'});
