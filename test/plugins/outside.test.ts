/** Plugins of somebody who only has the package: a file beside the config, imported from `sluice/plugin`. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Workspace} from '../helpers/binary.ts';
import {type Route, startServer} from '../helpers/server.ts';
import {config, withPackage} from './stranger.ts';

const byToken = `
	import {definePaginator, placeholder, responsePath, text} from 'sluice/plugin';

	export const byToken = definePaginator({
		type: 'token',
		summary: 'Sends back the token of the last response.',
		example: {tokenPath: 'meta.token'},
		fields: {
			tokenPath: responsePath({doc: 'Path to the token.'}),
			tokenParam: text({default: 'token', unless: ['tokenInPath'], doc: 'Parameter it is sent in.'}),
			tokenInPath: placeholder('token', {doc: 'It replaces {token} in the path.'}),
		},
		make: ({tokenPath, tokenParam = 'token', tokenInPath}) => ({
			first: null,
			request: (draft, place) => tokenInPath
				? {...draft, path: draft.path.replace('{token}', place ?? 'start')}
				: place === null ? draft : {...draft, params: {...draft.params, [tokenParam]: place}},
			next: (_place, {body}) => tokenPath.split('.').reduce((value, key) => value?.[key], body) ?? undefined,
			describe: place => 'token ' + place,
		}),
	});
`;

const acme = `
	import {defineAuth, text, url} from 'sluice/plugin';

	export default defineAuth({
		type: 'acme',
		summary: 'The key in a header of Acme, behind a word.',
		fields: {
			apiKey: text({doc: 'The key.'}),
			word: text({default: 'Acme', doc: 'What stands before it.'}),
			loginUrl: url({optional: true, doc: 'Where the key comes from.'}),
		},
		check({apiKey, word}, report) {
			if (apiKey === word) report('word', 'is the same as {apiKey}');
		},
		make: ({apiKey, word}, {baseUrl}) => ({headers}) => {
			headers['x-acme'] = word + ' ' + apiKey + ' for ' + baseUrl;
		},
	});
`;

const ini = `
	import {choice, defineDecoder, defineStep, text} from 'sluice/plugin';

	export const ini = defineDecoder({
		type: 'ini',
		summary: 'Sections of NAME=value lines.',
		fields: {separator: choice(['=', ':'], {default: '=', doc: 'Between name and value.'})},
		make: ({separator}) => ({
			read(body) {
				if (!body.startsWith('[')) throw new Error('no section at the front');
				return body.trim().split('[').slice(1).map(section => Object.fromEntries([
					['section', section.slice(0, section.indexOf(']'))],
					...section.trim().split('\\n').slice(1).map(line => line.split(separator)),
				]));
			},
		}),
	});

	export const prefixed = defineStep({
		type: 'prefixed',
		summary: 'Puts a text before a field.',
		fields: {field: text({doc: 'Its name.'}), by: text({default: 'x-', doc: 'The text.'})},
		make: ({field, by}, {refuse}) => record =>
			typeof record[field] === 'string' ? {...record, [field]: by + record[field]} : refuse(field, 'is no text'),
	});

	export const twice = defineStep({
		type: 'twice', summary: 'Each record twice.', fields: {}, make: () => record => [record, record],
	});
`;

/** Two pages, the second by the token of the first. */
const pages: Route[] = [
	{path: '/rows', match: {query: {after: 'b'}}, respond: {json: {data: [{id: 2}], meta: {}}}},
	{path: '/rows', respond: {json: {data: [{id: 1}], meta: {token: 'b'}}}},
	{path: '/rows/start', respond: {json: {data: [{id: 1}], meta: {token: 'b'}}}},
	{path: '/rows/b', respond: {json: {data: [{id: 2}], meta: {}}}},
];

const installed = (files: Record<string, string>): Promise<Workspace> =>
	withPackage({'mine.js': byToken, ...files});

async function rowsOf(place: Workspace, words: readonly string[] = []): Promise<unknown[]> {
	const {stdout, stderr} = await place.sluice(['read', 'rows', ...words]);
	strictEqual(stderr.includes('error'), false, stderr);
	return stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
}

test('a paginator from a file of its own pages', async () => {
	const server = await startServer(pages);
	await using place = await installed({
		'sluice.yaml': config(
			server.url,
			'{data_selector: data, paginator: {type: token, token_path: meta.token, token_param: after}}',
		),
	});
	deepStrictEqual(await rowsOf(place), [{id: 1}, {id: 2}]);
	await server.close();
});

test('its value may stand in the path', async () => {
	const server = await startServer(pages);
	await using place = await installed({
		'sluice.yaml': config(
			server.url,
			'{path: "rows/{token}", data_selector: data, paginator: {type: token, token_path: meta.token}}',
		),
	});
	deepStrictEqual(await rowsOf(place), [{id: 1}, {id: 2}]);
	await server.close();
});

test('the keys of all paginators are its keys too', async () => {
	const server = await startServer([{path: '/rows', respond: {json: {data: [{id: 1}], meta: {token: 'a'}}}}]);
	await using place = await installed({
		'sluice.yaml': config(
			server.url,
			'{data_selector: data, paginator: {type: token, token_path: meta.token, repeated_page: stop}}',
		),
	});
	deepStrictEqual(await rowsOf(place), [{id: 1}]);
	await server.close();
});

test('its keys are checked, with line and column', async () => {
	await using place = await installed({
		'sluice.yaml': config('http://127.0.0.1:9', '{paginator: {type: token, token_pth: a}}'),
	});
	const {code, stderr} = await place.sluice(['check']);
	strictEqual(code, 2);
	match(
		stderr,
		/sluice\.yaml:5:41: resources\[0\]\.endpoint\.paginator\.token_pth: unknown key \(did you mean "token_path"\?\)/,
	);
	match(stderr, /paginator\.token_path: required key is missing/);
});

test('a slip in its type names it', async () => {
	await using place = await installed({
		'sluice.yaml': config('http://127.0.0.1:9', '{paginator: {type: tokn}}'),
	});
	match(
		(await place.sluice(['check'])).stderr,
		/header_cursor or token, got "tokn" \(did you mean "token"\?\)/,
	);
});

test('the schema of its config documents it', async () => {
	await using place = await installed({
		'that.yaml': config('http://127.0.0.1:9', 'rows'),
		'broken.yaml': config('http://127.0.0.1:9', '{paginator: 5}'),
	});
	for (const name of ['that.yaml', 'broken.yaml']) {
		const {stdout} = await place.sluice(['schema', 'config', '-c', name]);
		const {$defs} = JSON.parse(stdout);
		const token = $defs.paginator.anyOf[1].oneOf.at(-1).properties;
		deepStrictEqual(token.type, {
			type: 'string',
			const: 'token',
			description: 'Sends back the token of the last response.',
		});
		strictEqual(token.token_path.description, 'Path to the token.');
		strictEqual(token.token_param.default, 'token');
		strictEqual('token_in_path' in token, false);
	}
	const {stdout} = await place.sluice(['schema', 'config']);
	strictEqual(stdout.includes('Path to the token.'), false);
});

test('a config of JavaScript takes what the factory made, or the plugin and its type', async () => {
	const server = await startServer(pages);
	const written = (paginator: string): string => `
		import {byToken} from './mine.js';
		export default {
			client: {base_url: '${server.url}'},
			plugins: [byToken],
			resources: [{name: 'rows', endpoint: {data_selector: 'data', paginator: ${paginator}}}],
		};
	`;
	await using place = await installed({
		'made.js': written(`byToken({tokenPath: 'meta.token', tokenParam: 'after'})`),
		'typed.js': written(`{type: 'token', token_path: 'meta.token', token_param: 'after'}`),
	});
	for (const name of ['made.js', 'typed.js'])
		deepStrictEqual(await rowsOf(place, ['-c', name]), [{id: 1}, {id: 2}]);
	await server.close();
});

test('options of its factory are checked', async () => {
	await using place = await installed({
		'try.js': `
			import {byToken} from './mine.js';
			for (const options of [{}, {tokenPath: 5}, {tokenPath: 'a', tokenParam: 'b', tokenInPath: true}])
				try { byToken(options); } catch (error) { console.log(error.message); }
		`,
	});
	const {stdout} = await place.shell(`'${process.execPath}' try.js`);
	deepStrictEqual(stdout.trim().split('\n'), [
		'token: expected tokenPath to be text, got nothing',
		'token: expected tokenPath to be text, got 5',
		'token: tokenInPath excludes tokenParam: the value is sent in one place',
	]);
});

test('a file that is missing, or brings nothing, or what is there already, is an error at its line', async () => {
	const used = `import {definePaginator} from 'sluice/plugin';
		export default definePaginator({type: 'offset', summary: 'Mine.', fields: {}, make: () => ({})});`;
	await using place = await installed({
		'empty.js': 'export const nothing = 1;',
		'used.js': used,
		'a.yaml': config('http://127.0.0.1:9', 'rows', './missing.js, ./empty.js'),
		'b.yaml': config('http://127.0.0.1:9', 'rows', './used.js'),
		'c.yaml': config('http://127.0.0.1:9', 'rows', '5'),
	});
	const a = await place.sluice(['check', '-c', 'a.yaml']);
	strictEqual(a.code, 2);
	match(a.stderr, /a\.yaml:2:11: plugins\[0\]: cannot be loaded: Cannot find module/);
	match(a.stderr, /a\.yaml:2:25: plugins\[1\]: exports no plugin; export what definePaginator\(\)/);
	const b = await place.sluice(['check', '-c', 'b.yaml']);
	match(b.stderr, /b\.yaml:2:11: plugins\[0\]: brings the paginator "offset", which is there already/);
	const c = await place.sluice(['check', '-c', 'c.yaml']);
	match(c.stderr, /c\.yaml:2:11: plugins\[0\]: expected the path of a file/);
});

test('an included file brings its plugins, whose paths start at its folder', async () => {
	const server = await startServer(pages);
	await using place = await installed({
		'shared/base.yaml': 'plugins: ./token.js\n',
		'shared/token.js': byToken,
		'sluice.yaml': `include: shared/base.yaml\n${config(
			server.url,
			'{data_selector: data, paginator: {type: token, token_path: meta.token, token_param: after}}',
			'',
		)}`,
	});
	deepStrictEqual(await rowsOf(place), [{id: 1}, {id: 2}]);
	await server.close();
});

test('an auth from a file of its own signs each request', async () => {
	const server = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	await using place = await installed({
		'acme.js': acme,
		'sluice.yaml': config(
			server.url,
			'{auth: {type: acme, api_key: hush-hush}, paginator: single_page}',
			'./acme.js',
		),
	});
	deepStrictEqual(await rowsOf(place), [{id: 1}]);
	strictEqual(server.requests[0]?.headers['x-acme'], `Acme hush-hush for ${server.url}`);
	await server.close();
});

test('the keys of an auth are checked and documented, and its secrets hidden', async () => {
	await using place = await installed({
		'acme.js': acme,
		'a.yaml': config('http://127.0.0.1:9', '{auth: {type: acme, wrod: x, login_url: nowhere}}', './acme.js'),
		'b.yaml': config('http://127.0.0.1:9', '{auth: {type: acme, api_key: hush, word: hush}}', './acme.js'),
		'c.yaml': config('http://127.0.0.1:9', '{auth: {type: acme, api_key: hush}}', './acme.js'),
	});
	const {stderr} = await place.sluice(['check', '-c', 'a.yaml']);
	match(stderr, /a\.yaml:5:35: resources\[0\]\.endpoint\.auth\.wrod: unknown key \(did you mean "word"\?\)/);
	match(stderr, /endpoint\.auth\.api_key: required key is missing/);
	match(stderr, /endpoint\.auth\.login_url: expected an http\(s\) URL, got "nowhere"/);
	match((await place.sluice(['check', '-c', 'b.yaml'])).stderr, /auth\.word: is the same as api_key/);
	const shown = await place.sluice(['show', '-c', 'c.yaml']);
	strictEqual(shown.stdout.includes('hush'), false);
	const {$defs} = JSON.parse((await place.sluice(['schema', 'config', '-c', 'c.yaml'])).stdout);
	strictEqual(JSON.stringify($defs.auth).includes('What stands before it.'), true);
});

test('a decoder from a file of its own reads the responses', async () => {
	const server = await startServer([
		{path: '/rows', respond: {text: '[a]\nv:1\n[b]\nv:2\n'}},
		{path: '/broken', respond: {text: 'v:1'}},
	]);
	await using place = await installed({
		'ini.js': ini,
		'sluice.yaml': config(
			server.url,
			'{format: {type: ini, separator: ":"}, paginator: single_page}',
			'./ini.js',
		),
		'broken.yaml': config(server.url, '{path: broken, format: ini, paginator: single_page}', './ini.js'),
		'wrong.yaml': config(server.url, '{format: {type: ini, separator: "-", x: 1}}', './ini.js'),
	});
	deepStrictEqual(await rowsOf(place), [
		{section: 'a', v: '1'},
		{section: 'b', v: '2'},
	]);
	const broken = await place.sluice(['read', 'rows', '-c', 'broken.yaml']);
	match(broken.stderr, /answered 200 with a body that cannot be read: no section at the front/);
	const {stderr} = await place.sluice(['check', '-c', 'wrong.yaml']);
	match(stderr, /endpoint\.format\.separator: expected = or :, got "-"/);
	match(stderr, /endpoint\.format\.x: unknown key; known here: type, separator/);
	await server.close();
});

test('a step from a file of its own changes, multiplies and refuses records', async () => {
	const server = await startServer([{path: '/rows', respond: {json: [{id: 'a'}, {id: 5}]}}]);
	const written = (steps: string): string =>
		config(server.url, '{paginator: single_page}', './ini.js').replace(
			/\n$/,
			`\n    processing_steps: ${steps}\n`,
		);
	await using place = await installed({
		'ini.js': ini,
		'sluice.yaml': written('[{prefixed: {field: id}}, {twice: true}]'),
		'wrong.yaml': written('[{prefixed: {by: 5}}]'),
	});
	const {code, stderr} = await place.sluice(['run']);
	strictEqual(code, 0, stderr);
	const {stdout} = await place.sluice(['check', '-c', 'sluice.yaml']);
	strictEqual(stdout.includes('error'), false);
	match(stderr, /1 row rejected/);
	const wrong = await place.sluice(['check', '-c', 'wrong.yaml']);
	match(wrong.stderr, /processing_steps\[0\]\.prefixed\.field: required key is missing/);
	match(wrong.stderr, /processing_steps\[0\]\.prefixed\.by: expected text, got the number 5/);
	const {$defs} = JSON.parse((await place.sluice(['schema', 'config', '-c', 'sluice.yaml'])).stdout);
	strictEqual($defs.processing_step.properties.prefixed.properties.by.default, 'x-');
	await server.close();
});

test('words that Sluice has itself are no types of a plugin', async () => {
	await using place = await installed({
		'taken.js': `
			import {defineAuth, defineStep} from 'sluice/plugin';
			export const bearer = defineAuth({type: 'bearer', summary: 'Mine.', fields: {}, make: () => () => {}});
			export const filter = defineStep({type: 'filter', summary: 'Mine.', fields: {}, make: () => r => r});
		`,
		'sluice.yaml': config('http://127.0.0.1:9', 'rows', './taken.js'),
	});
	const {stderr} = await place.sluice(['check']);
	match(stderr, /brings the auth "bearer", which is there already/);
	match(stderr, /brings the step "filter", which is there already/);
});
