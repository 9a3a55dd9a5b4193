import {deepStrictEqual} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {dirname, join, normalize, sep} from 'node:path';
import {test} from 'node:test';

const root = join(import.meta.dirname, '../..');
// Who may import whom, beside itself.
const mayImport: Record<string, readonly string[]> = {
	core: [],
	template: ['core'],
	state: ['core'],
	http: ['core'],
	resource: ['http', 'core'],
	transforms: ['core'],
	sinks: ['state', 'core'],
	plugins: ['resource', 'http', 'transforms', 'sinks', 'state', 'core'],
	config: ['plugins', 'resource', 'http', 'transforms', 'sinks', 'state', 'template', 'core'],
	run: ['config', 'plugins', 'resource', 'http', 'transforms', 'sinks', 'state', 'template', 'core'],
	report: ['run', 'config', 'state', 'http', 'core'],
	import: ['config', 'plugins', 'resource', 'http', 'template', 'core'],
	init: ['import', 'run', 'config', 'plugins', 'resource', 'http', 'core'],
	cli: [
		'init',
		'import',
		'report',
		'run',
		'config',
		'plugins',
		'resource',
		'http',
		'transforms',
		'sinks',
		'state',
		'template',
		'core',
	],
};

const layerOf = (path: string): string =>
	path.split(sep).find((part, i, parts) => part in mayImport && (i === 0 || parts[i - 1] === 'src')) ?? '';

async function sources(): Promise<{path: string; text: string}[]> {
	const files: {path: string; text: string}[] = [];
	for (const folder of ['src', 'transforms', 'sinks']) {
		for (const entry of await readdir(join(root, folder), {recursive: true})) {
			if (!entry.endsWith('.ts') || entry.endsWith('.d.ts')) continue;
			files.push({path: join(folder, entry), text: await readFile(join(root, folder, entry), 'utf8')});
		}
	}
	return files;
}

test('imports point one way', async () => {
	const wrong: string[] = [];
	for (const {path, text} of await sources()) {
		const from = layerOf(path);
		if (from === '') continue;
		for (const [, specifier = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
			const to = layerOf(normalize(join(dirname(path), specifier)));
			if (to !== '' && to !== from && !mayImport[from]?.includes(to))
				wrong.push(`${path} imports ${specifier}`);
		}
	}
	deepStrictEqual(wrong, []);
});

/** What is about the config as a whole. It knows all concepts, and they know nothing of it but its types. */
const wholeConfig = /config\/(schema\/(config|json-schema)\.ts|check\/|compile\/)/;

test('the concepts of the config are entered one way', async () => {
	const concepts: Record<string, readonly string[]> = {
		placeholders: [],
		// What fields are made of, and those of plugins.
		schema: ['placeholders'],
		auth: ['schema'],
		rows: ['schema', 'placeholders'],
		incremental: ['rows', 'schema', 'placeholders'],
		endpoint: ['auth', 'incremental', 'schema', 'placeholders'],
		output: ['schema'],
		relations: ['endpoint', 'incremental', 'rows', 'schema', 'placeholders'],
		client: ['auth', 'endpoint', 'schema'],
	};
	const met = new Set<string>();
	const wrong: string[] = [];
	const conceptOf = (path: string): string | undefined => {
		const plain = path.split(sep).join('/');
		return wholeConfig.test(plain) ? 'whole' : /config\/(\w+)\//.exec(plain)?.[1];
	};
	for (const {path, text} of await sources()) {
		const from = conceptOf(path);
		if (from === undefined || from === 'whole' || from === 'load') continue;
		met.add(from);
		for (const [, type, specifier = ''] of text.matchAll(
			/^(?:import|export) (type )?[^;]*?from '(\.[^']+)';$/gm,
		)) {
			const to = conceptOf(normalize(join(dirname(path), specifier)));
			const isType = type !== undefined && to === 'whole';
			if (to !== undefined && to !== from && !isType && !concepts[from]?.includes(to))
				wrong.push(`${path} imports ${specifier}`);
		}
	}
	deepStrictEqual(wrong, []);
	deepStrictEqual([...met].sort(), Object.keys(concepts).sort());
});

test('expressions are loaded when something has one', async () => {
	const wrong: string[] = [];
	for (const {path, text} of await sources()) {
		// What imports is loaded as a whole, when it is asked for.
		if (['template', 'import'].includes(layerOf(path))) continue;
		for (const [statement] of text.matchAll(
			/^(?:import|export) (?!type ).*from '[^']*\/template\/[^']*';$/gm,
		))
			wrong.push(`${path}: ${statement}`);
	}
	deepStrictEqual(wrong, []);
});

/** Folders inside a layer: which of them may import which, beside themselves and the files above them. */
const folders: {readonly [layer: string]: {readonly [folder: string]: readonly string[]}} = {
	'src/core': {
		json: [],
		time: ['json'],
		files: [],
		path: ['json', 'records'],
		schema: ['path', 'json'],
		records: ['json'],
	},
	'src/http': {
		policy: [],
		secrets: [],
		auth: ['secrets', 'policy'],
		connection: ['auth'],
		decode: ['connection'],
		rules: ['decode', 'policy'],
		recording: ['decode', 'connection', 'auth', 'secrets', 'policy'],
	},
	'src/resource': {
		paging: [],
		completeness: ['paging'],
		walk: ['completeness', 'paging'],
		// What a walk of a partition asks for, and what it brought.
		partitions: ['incremental', 'walk', 'paging'],
		incremental: ['partitions'],
	},
	'src/state': {
		folders: [],
		lock: ['folders'],
		commits: ['folders', 'lock'],
		commands: ['folders', 'lock'],
	},
	'src/template': {
		values: [],
		methods: ['values'],
		filters: ['methods', 'values'],
		parse: ['methods', 'values'],
		evaluate: ['parse', 'methods', 'values'],
		fold: ['evaluate', 'parse', 'values'],
	},
	'src/run': {
		compatibility: [],
		output: ['compatibility'],
		datasets: ['output'],
		parts: ['output'],
		singer: ['datasets'],
	},
	'sinks/dataset': {folders: [], parts: ['folders'], columns: ['parts'], merge: ['parts']},
	sinks: {output: [], formats: ['output'], dataset: ['formats', 'output'], targets: ['formats', 'output']},
	'sinks/targets': {sql: [], postgres: ['sql'], duckdb: ['sql'], store: [], delta: ['store']},
	'sinks/formats': {jsonl: [], csv: [], parquet: []},
};

test('folders inside a layer are entered one way', async () => {
	const wrong: string[] = [];
	const files = await sources();
	for (const [layer, allowed] of Object.entries(folders)) {
		const inside = (path: string): string[] | undefined => {
			const beginning = `${layer}/`;
			const plain = path.split(sep).join('/');
			return plain.startsWith(beginning) ? plain.slice(beginning.length).split('/') : undefined;
		};
		const met = new Set<string>();
		for (const {path, text} of files) {
			const [from = '', ...below] = inside(path) ?? [];
			if (below.length === 0) continue;
			met.add(from);
			for (const [, specifier = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
				const [to = '', ...rest] = inside(normalize(join(dirname(path), specifier))) ?? [];
				if (rest.length > 0 && to !== from && !allowed[from]?.includes(to))
					wrong.push(`${path} imports ${specifier}`);
			}
		}
		deepStrictEqual([...met].sort(), Object.keys(allowed).sort(), `the folders of ${layer}`);
	}
	deepStrictEqual(wrong, []);
});

test('http knows no page', async () => {
	const wrong = (await sources()).filter(
		({path, text}) => layerOf(path) === 'http' && /core\/page\.ts/.test(text),
	);
	deepStrictEqual(
		wrong.map(({path}) => path),
		[],
	);
});

test('one file makes streams', async () => {
	const makers = (await sources()).filter(({text}) =>
		/new (Readable|Writable|Transform|Duplex|PassThrough)\(|Readable\.from\(/.test(text),
	);
	deepStrictEqual(
		makers.map(({path}) => path),
		[join('src', 'core', 'stage.ts')],
	);
});

const comments = /^\s*(\/\*\*|\*|\/\/).*$/gm;

test('only the command line knows the process', async () => {
	const allowed = /process\.(stdout|pid|kill|version)\b/g;
	// Programs expect a config to find its variables: their environment is the default, in one place.
	const environment = join('src', 'run', 'load-config.ts');
	const wrong = (await sources()).filter(({path, text}) => {
		const code = text.replace(comments, '').replace(allowed, '');
		const known = path === environment ? code.replaceAll('process.env', '') : code;
		return layerOf(path) !== 'cli' && /\bprocess\.\w/.test(known);
	});
	deepStrictEqual(
		wrong.map(({path}) => path),
		[],
	);
});

test('a run writes no message, ends no process and knows no terminal', async () => {
	const ofTerminals =
		/process\.(stdout|stderr|stdin|argv|on|exit|exitCode)\b|\bconsole\.|node:(readline|tty)/;
	const wrong = (await sources()).filter(
		({path, text}) => layerOf(path) === 'run' && ofTerminals.test(text.replace(comments, '')),
	);
	deepStrictEqual(
		wrong.map(({path}) => path),
		[],
	);
});

test('a verb loads what it needs by one import', async () => {
	const loaded = (await sources())
		.filter(({path}) => path.startsWith(join('src', 'cli')) && path !== join('src', 'cli', 'main.ts'))
		.flatMap(({text}) =>
			[...text.matchAll(/(?<!typeof )import\(\s*'([^']+)'\s*,?\s*\)/g)].map(([, specifier]) => specifier),
		);
	deepStrictEqual([...new Set(loaded)].sort(), [
		'../../../sinks/output/output.ts',
		'../../imports/importing.ts',
		'../../imports/starting.ts',
		'../imports/keeping.ts',
		'../imports/piping.ts',
		'../imports/reading.ts',
		'../imports/reporting.ts',
		'../imports/scaling.ts',
		'../imports/signing-in.ts',
		'../imports/starting.ts',
		'../imports/writing.ts',
		'../manual/scripts.ts',
		'./imports/piping.ts',
		'./imports/reporting.ts',
		'./imports/tapping.ts',
		'@clack/prompts',
	]);
});
