// Makes the code of the package in dist/, for the command line and the library in one go: both share one copy
// of everything. A start that finds, reads and links 340 modules takes longer than a small API does; of a
// bundle, most of that is gone.
import {execFileSync} from 'node:child_process';
import {chmod, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import {basename, dirname, join} from 'node:path';
import {build, transform} from 'esbuild';

const root = join(import.meta.dirname, '..');
// What only a start needs is bundled. What data passes through is loaded from the packages as they are
// installed.
const bundled = [
	'fast-json-stable-stringify',
	'parquetjs-lite',
	'smol-toml',
	'undici',
	'yaml',
	'yargs',
	'zod',
];
const {dependencies, peerDependencies} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/**
 * Packages of CommonJS are bundled too: a bundler of somebody else's program could not follow them from an ES
 * module. An ES module has no `require` for what they want of Node.
 */
const builtins = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: new RegExp(`^(node:.+|${builtinModules.join('|')})$`)}, ({path, kind}) =>
			kind === 'require-call'
				? {path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtin'}
				: {path, external: true},
		);
		onLoad({filter: /.*/, namespace: 'builtin'}, ({path}) => ({
			contents: `module.exports = process.getBuiltinModule('${path}');
				if (!module.exports) throw Object.assign(new Error('no ${path}'), {code: 'ERR_UNKNOWN_BUILTIN_MODULE'});`,
		}));
	},
};

/** Old code that a strict module, or Node outside of node_modules, complains of. */
const modernized = {
	name: 'modernized',
	setup({onLoad}) {
		// Its variables are declared nowhere: they would be global, and a strict module has none.
		onLoad({filter: /parquetjs-lite\/gen-nodejs\/parquet_types\.js$/}, async ({path}) => {
			const contents = await readFile(path, 'utf8');
			const names = [...contents.matchAll(/^(\w+) = module\.exports\.\1 = /gm)].map(([, name]) => name);
			return {contents: `var ${names.join(', ')};${contents}`};
		});
		onLoad({filter: /node-int64\/Int64\.js$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8'))
				.replaceAll('new Buffer(8)', 'Buffer.alloc(8)')
				.replaceAll('new Buffer(a1)', 'Buffer.from(a1)'),
		}));
	},
};

/**
 * The page of a report holds its script and its style: they are made first, for a browser, and become texts in
 * `src/report/assets.ts`. The licence goes into each page with the code.
 */
const browserBuild = await build({
	absWorkingDir: root,
	entryPoints: ['src/report/browser/main.ts', 'src/report/browser/style.css'],
	outdir: 'dist',
	bundle: true,
	minify: true,
	format: 'iife',
	target: 'es2022',
	charset: 'utf8',
	banner: {js: `/*\n${await readFile(join(root, 'node_modules/uplot/LICENSE'), 'utf8')}*/`},
	metafile: true,
	write: false,
	logLevel: 'warning',
});
const browserText = ending =>
	JSON.stringify(browserBuild.outputFiles.find(({path}) => path.endsWith(ending)).text);
const reportAssets = {
	name: 'report-assets',
	setup({onLoad}) {
		onLoad({filter: /src\/report\/assets\.ts$/}, () => ({
			contents: `export const script = ${browserText('.js')}; export const style = ${browserText('.css')};`,
		}));
	},
};

/**
 * All entries by subject are one to the bundler: each by itself would cut the code that they share into smaller
 * pieces. The files of the entries name what they take of it.
 */
const subjects = await build({
	absWorkingDir: root,
	entryPoints: ['src/exports/*.ts'],
	outdir: 'dist',
	outbase: '.',
	metafile: true,
	write: false,
	logLevel: 'warning',
});
const library = {
	name: 'library',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^library$/}, ({path}) => ({path, namespace: 'library'}));
		onLoad({filter: /.*/, namespace: 'library'}, () => ({
			contents: Object.keys(subjects.metafile.inputs)
				.map(path => `export * from './${path}';`)
				.join('\n'),
			resolveDir: root,
		}));
	},
};

/**
 * Node requires these packages; where a program is bundled, its bundler has to see the word `require` to take
 * them along. This is written into what is built, as esbuild would put a function of its own in its place.
 */
function requiredByBundlers(code) {
	return code.replace(
		/\b(createRequire\d*)\(\s*import\.meta\.url,?\s*\)\(("[^"]+")\)/g,
		'(typeof require === "function" ? require($2) : $1(import.meta.url)($2))',
	);
}

// Names of chunks change with what is in them: those of an earlier build would stay.
await rm(join(root, 'dist'), {recursive: true, force: true});
const {metafile, outputFiles} = await build({
	absWorkingDir: root,
	entryPoints: ['src/index.ts', {in: 'library', out: 'src/library'}, 'src/cli/main.ts'],
	outdir: 'dist',
	outbase: '.',
	chunkNames: 'chunks/[name]-[hash]',
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node20.19',
	external: Object.keys({...dependencies, ...peerDependencies}).filter(name => !bundled.includes(name)),
	alias: {
		// What yargs measures its help with compiles a pattern of all emoji at every start: 7 % of the CPU time of
		// `check`.
		'string-width': join(root, 'src/cli/terminal/width.ts'),
	},
	plugins: [builtins, modernized, reportAssets, library],
	metafile: true,
	write: false,
	logLevel: 'warning',
});
const namedImports = new Set(
	outputFiles.flatMap(({text}) =>
		[...text.matchAll(/\bfrom "(\.[^"]+)"/g)].map(([, path]) => basename(path)),
	),
);

/**
 * Without imports of no name, which esbuild adds to keep the order of files: nothing here depends on it, and
 * the bundler of a program warns of each of them.
 */
function withoutOrder(code) {
	return code.replace(/^import "(\.[^"]+)";\n/gm, (line, path) =>
		namedImports.has(basename(path)) ? '' : line,
	);
}

// A start reads and scans all of it. Names stay, and lines end, for stack traces.
const compact = {minifyWhitespace: true, minifySyntax: true, lineLimit: 200, target: 'node20.19'};

for (const {path, text} of outputFiles) {
	await mkdir(dirname(path), {recursive: true});
	const {code} = await transform(withoutOrder(requiredByBundlers(text)), compact);
	await writeFile(path, code);
}
for (const [path, {exports}] of Object.entries(subjects.metafile.outputs)) {
	await mkdir(dirname(join(root, path)), {recursive: true});
	await writeFile(join(root, path), `export {${exports.join(', ')}} from '../library.js';\n`);
}
await chmod(join(root, 'dist/src/cli/main.js'), 0o755);

// The manual is made of the options that the command line has.
const manual = execFileSync(process.execPath, [join(root, 'dist/src/cli/main.js'), 'completion', 'man']);
await mkdir(join(root, 'man'), {recursive: true});
await writeFile(join(root, 'man/sluice.1'), manual);

const packages = new Set(
	[metafile, browserBuild.metafile]
		.flatMap(({inputs}) => Object.keys(inputs))
		.flatMap(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
);
// Some packages name their licence, and do not hold its text.
async function declaredLicence(folder, name) {
	const {license, author, repository} = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
	if (typeof license !== 'string') throw new Error(`${name} has no licence to pass on`);
	return `${license}, by ${author?.name ?? author ?? repository?.url ?? repository}`;
}

const licences = [...packages].sort().map(async name => {
	const folder = join(root, 'node_modules', name);
	const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry));
	if (file === undefined) return `${name}\n\n${await declaredLicence(folder, name)}\n`;
	return `${name}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
});
await writeFile(
	join(root, 'dist/licences-of-bundled-packages.txt'),
	(await Promise.all(licences)).join('\n\n'),
);
