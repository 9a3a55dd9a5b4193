// Makes the code of the package in dist/, for the command line and the library in one go: both share one copy
// of everything. A start that finds, reads and links 340 modules takes longer than a small API does; of a
// bundle, most of that is gone.
import {chmod, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {build} from 'esbuild';

const root = join(import.meta.dirname, '..');
// What only a start needs is bundled. What data passes through is loaded from the packages as they are
// installed.
const bundled = ['smol-toml', 'yaml', 'yargs', 'zod'];
const {dependencies, peerDependencies} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/**
 * Packages of CommonJS that are asked for their default alone. Node looks through the text of such a package
 * for names when it is imported, with a function so large that V8 takes longer to optimize it than it runs;
 * what is required has no names.
 */
const required = {
	name: 'required',
	setup({onResolve, onLoad}) {
		const filter = /^(fast-json-stable-stringify|parquetjs-lite|undici)(\/|$)/;
		onResolve({filter}, ({path}) => ({path, namespace: 'required'}));
		onLoad({filter, namespace: 'required'}, ({path}) => ({
			contents: `import {createRequire} from 'node:module';\nexport default createRequire(import.meta.url)(${JSON.stringify(path)});`,
		}));
	},
};

// Names of chunks change with what is in them: those of an earlier build would stay.
await rm(join(root, 'dist'), {recursive: true, force: true});
const {metafile} = await build({
	absWorkingDir: root,
	entryPoints: ['src/index.ts', 'src/cli/main.ts', 'sinks/index.ts', 'transforms/index.ts'],
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
		// The one that is made of ES modules: what nobody uses stays out.
		yaml: join(root, 'node_modules/yaml/browser/index.js'),
		// What yargs measures its help with compiles a pattern of all emoji at every start, which takes longer than
		// the rest of yargs.
		'string-width': join(root, 'src/cli/width.ts'),
	},
	plugins: [required],
	// A start reads and scans all of it. Names stay, for stack traces.
	minifyWhitespace: true,
	minifySyntax: true,
	lineLimit: 200,
	metafile: true,
	logLevel: 'warning',
});
await chmod(join(root, 'dist/src/cli/main.js'), 0o755);

const packages = new Set(
	Object.keys(metafile.inputs).flatMap(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
);
const licences = [...packages].sort().map(async name => {
	const folder = join(root, 'node_modules', name);
	const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry));
	if (file === undefined) throw new Error(`${name} has no licence to pass on`);
	return `${name}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
});
await writeFile(
	join(root, 'dist/licences-of-bundled-packages.txt'),
	(await Promise.all(licences)).join('\n\n'),
);
