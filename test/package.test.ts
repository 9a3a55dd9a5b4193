/** What others install: that it resolves, holds what it should and no more, and says truly what it needs. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {constants} from 'node:fs';
import {access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import * as auth from '../src/exports/auth.ts';
import * as decoders from '../src/exports/decoders.ts';
import * as formats from '../src/exports/formats.ts';
import * as paginators from '../src/exports/paginators.ts';
import * as partitions from '../src/exports/partitions.ts';
import * as plugin from '../src/exports/plugin.ts';
import * as sinks from '../src/exports/sinks.ts';
import * as transforms from '../src/exports/transforms.ts';
import * as source from '../src/index.ts';

const entries = {auth, decoders, formats, paginators, partitions, plugin, sinks, transforms};

const root = join(import.meta.dirname, '../..');
const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly type: string;
	readonly bin: Readonly<Record<string, string>>;
	readonly files: readonly string[];
	readonly engines: {readonly node: string};
	readonly exports: Readonly<Record<string, string | {readonly types: string; readonly default: string}>>;
	readonly dependencies: Readonly<Record<string, string>>;
	readonly peerDependencies: Readonly<Record<string, string>>;
	readonly peerDependenciesMeta: Readonly<Record<string, {readonly optional: boolean}>>;
	readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
	readonly packages: Readonly<
		Record<
			string,
			{
				readonly version: string;
				readonly resolved?: string;
				readonly integrity?: string;
				readonly os?: readonly string[];
				readonly optionalDependencies?: Readonly<Record<string, string>>;
			}
		>
	>;
}

const manifest: Manifest = JSON.parse(await text('package.json'));
const lock: Lock = JSON.parse(await text('package-lock.json'));

test('every export resolves to a file, with types beside it', async () => {
	for (const [subpath, target] of Object.entries(manifest.exports)) {
		const file = typeof target === 'string' ? target : target.default;
		strictEqual(import.meta.resolve(manifest.name + subpath.slice(1)), new URL(file, `file://${root}/`).href);
		await access(join(root, file));
		if (typeof target !== 'string') await access(join(root, target.types));
	}
});

test('each entry of the package exports what its source does', async () => {
	const all = await import(import.meta.resolve('sluice'));
	deepStrictEqual(Object.keys(all), Object.keys(source));
	for (const [name, entry] of Object.entries(entries)) {
		const some = await import(import.meta.resolve(`sluice/${name}`));
		deepStrictEqual(Object.keys(some), Object.keys(entry), name);
		// One copy of each, whatever entry it comes from.
		for (const [word, value] of Object.entries(some)) if (word in all) strictEqual(all[word], value, word);
	}
});

test('versions of dependencies are exact, and the lockfile holds the same ones', () => {
	for (const [name, version] of Object.entries({...manifest.dependencies, ...manifest.devDependencies})) {
		match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
		strictEqual(lock.packages[`node_modules/${name}`]?.version, version.replace(/^\^/, ''), name);
	}
});

test('the lockfile names no registry, and has a checksum for every package', () => {
	const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
	ok(packages.length > 100);
	for (const [path, {resolved, integrity, os}] of packages) {
		strictEqual(resolved, undefined, path);
		// What is for other systems was never downloaded where the lockfile was written.
		if (!os) match(integrity ?? '', /^sha512-/, path);
	}
});

test('the lockfile knows the optional packages of every system, without which npm ci refuses it', () => {
	for (const {optionalDependencies = {}} of Object.values(lock.packages)) {
		for (const [name, wanted] of Object.entries(optionalDependencies)) {
			const version = lock.packages[`node_modules/${name}`]?.version ?? '';
			if (wanted.startsWith('^')) strictEqual(version.split('.')[0], wanted.slice(1).split('.')[0], name);
			else strictEqual(version, wanted, name);
		}
	}
});

test('every dependency, and every optional peer, is imported by a source file, and nothing else is', async () => {
	const imported = new Set<string>();
	for (const folder of ['src', 'transforms', 'sinks']) {
		for (const file of await readdir(join(root, folder), {recursive: true})) {
			if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue;
			// What runs in a browser is built into a text.
			if (join(folder, file).startsWith(join('src', 'report', 'browser'))) continue;
			for (const [, specifier = ''] of (await text(join(folder, file))).matchAll(
				/(?:from |import\(|require\()'([^.'\s][^'\s]*)'/g,
			)) {
				imported.add(specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
			}
		}
	}
	const packages = [...imported].filter(name => !name.startsWith('node:'));
	deepStrictEqual(
		packages.sort(),
		Object.keys({...manifest.dependencies, ...manifest.peerDependencies}).sort(),
	);
	ok(!packages.some(name => builtinModules.includes(name)), 'modules of Node are imported with node:');
});

test('the optional peers, and what reads Parquet, are loaded only when they are needed', async () => {
	for (const name of Object.keys(manifest.peerDependencies)) {
		strictEqual(manifest.peerDependenciesMeta[name]?.optional, true, name);
		ok(name in manifest.devDependencies, name);
	}
	const hook = `export async function resolve(specifier, context, next) {
		if (!/^(@duckdb|@lezer|hyparquet|fast-xml-parser)/.test(specifier)) return next(specifier, context);
		throw Object.assign(new Error('not installed'), {code: 'ERR_MODULE_NOT_FOUND'});
	}`;
	const script = `
		import {register} from 'node:module';
		register('data:text/javascript,${encodeURIComponent(hook).replaceAll("'", '%27')}');
		const {supersede} = await import('sluice/sinks');
		const {parquetFormat} = await import('sluice/formats');
		const merge = {base: [], delta: [], key: ['id'], format: parquetFormat()};
		console.log(JSON.stringify((await supersede(merge)).counts));
		await supersede({...merge, engine: 'duckdb'}).catch(error => console.log(error.message));
	`;
	const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
		cwd: root,
	});
	deepStrictEqual(stdout.trim().split('\n'), [
		'{"updated":0,"inserted":0,"deleted":0,"duplicates":0}',
		'a merge by DuckDB needs a package that is not installed: npm install @duckdb/node-api',
	]);
});

test('the command is a script that the shell can start', async () => {
	deepStrictEqual(Object.keys(manifest.bin), ['sluice']);
	const {sluice = ''} = manifest.bin;
	ok(manifest.files.some(folder => sluice.startsWith(`${folder}/`)));
	match(await text(sluice), /^#!\/usr\/bin\/env node\n/);
	// npx runs it in place, so the build has to make it executable; an installation does that by itself.
	await access(join(root, sluice), constants.X_OK);
	const {stdout} = await promisify(execFile)(process.execPath, [join(root, sluice), '--version']);
	strictEqual(stdout, `${manifest.version}\n`);
});

test('the types of each entry hold in a strict program that also checks the types of its packages', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'sluice-types-'));
	try {
		await mkdir(join(folder, 'node_modules'));
		await symlink(root, join(folder, 'node_modules/sluice'));
		await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
		const imports = Object.keys(entries).map(name => `import * as ${name} from 'sluice/${name}';`);
		const compilerOptions = {
			module: 'nodenext',
			target: 'es2023',
			lib: ['es2023', 'esnext.disposable'],
			types: ['node'],
			strict: true,
			noEmit: true,
			skipLibCheck: false,
		};
		const program = [
			...imports,
			`import {run} from 'sluice';`,
			`export const rows: number = (await run('sluice.yaml')).seconds;`,
			`export const all = [${Object.keys(entries).join(', ')}];`,
		];
		await writeFile(join(folder, 'program.mts'), program.join('\n'));
		await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions, files: ['program.mts']}));
		const {stdout} = await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch(
			error => error,
		);
		strictEqual(stdout, '');
	} finally {
		await rm(folder, {recursive: true});
	}
});

test('the manual that is installed is the one that the command line prints', async () => {
	const page = await text('man/sluice.1');
	const {sluice = ''} = manifest.bin;
	const {stdout} = await promisify(execFile)(process.execPath, [join(root, sluice), 'completion', 'man']);
	strictEqual(page, stdout);
	ok(page.startsWith('.TH SLUICE 1'));
});

test('the packed package holds the build and its papers, no source and no test', async () => {
	const {stdout} = await promisify(execFile)('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
		cwd: root,
	});
	const [{files}] = JSON.parse(stdout) as [{files: {path: string}[]}];
	const paths = files.map(({path}) => path);
	for (const needed of [
		'package.json',
		'README.md',
		'LICENSE',
		'CHANGELOG.md',
		'schema.json',
		'dist/src/index.d.ts',
		'dist/src/cli/main.js',
		'man/sluice.1',
		'examples/github/sluice.yaml',
	])
		ok(paths.includes(needed), needed);
	const strangers = paths.filter(
		path =>
			path.includes('/') &&
			!/^dist\/((src|transforms|sinks)\/.+\.(js|d\.ts)|chunks\/.+\.js|licences.+\.txt)$/.test(path) &&
			path !== 'man/sluice.1' &&
			!/^examples\/[\w-]+\/sluice\.yaml$/.test(path),
	);
	deepStrictEqual(strangers, []);
});

test('the oldest Node that is promised is the one whose types the compiler checks against', () => {
	const [, oldest] = /^>=(\d+)\.\d+$/.exec(manifest.engines.node) ?? [];
	strictEqual(manifest.devDependencies['@types/node']?.split('.')[0], oldest);
	strictEqual(manifest.type, 'module');
});
