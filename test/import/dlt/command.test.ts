import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';

const pipeline = (url: string, more = ''): string => `
import dlt
from dlt.sources.rest_api import rest_api_source

def upper(record):
    return record

source = rest_api_source({
    "client": {"base_url": "${url}", "auth": {"type": "bearer", "token": dlt.secrets["api.token"]}},
    "resources": [{"name": "users", "endpoint": {"path": "users", "data_selector": "data"${more}}}],
})
`;

test('import dlt writes a config that runs, with the secrets of the file by their names', async () => {
	await using api = await startServer([
		{
			path: '/users',
			match: {headers: {authorization: 'Bearer tok-1234'}},
			respond: {json: {data: [{id: 1}]}},
		},
	]);
	await using place = await workspace({'pipeline.py': pipeline(api.url)});
	const made = await place.sluice(['import', 'dlt', 'pipeline.py']);
	equal(made.code, 0, made.stderr);
	equal(await place.read('secrets.toml'), 'api.token = ""\n');
	const ran = await place.sluice(['run', '-q'], {env: {API__TOKEN: 'tok-1234', API_TOKEN: 'tok-1234'}});
	equal(ran.code, 0, ran.stderr);
});

test('import dlt writes JavaScript for functions, which the check accepts', async () => {
	const steps = `}, "processing_steps": [{"map": upper}], "endpoint": {"path": "users"`;
	await using place = await workspace({'pipeline.py': pipeline('https://a.example', steps)});
	const made = await place.sluice(['import', 'dlt', 'pipeline.py']);
	equal(made.code, 0, made.stderr);
	deepEqual(await place.list(), ['.gitignore', 'pipeline.py', 'secrets.toml', 'sluice.config.js']);
	match(made.stderr, /upper is a function of Python: write upper in JavaScript/);
	const checked = await place.sluice(['check', '--without-secrets']);
	equal(checked.code, 0, checked.stderr);
});

test('import dlt names the place of a syntax error', async () => {
	await using place = await workspace({'pipeline.py': 'x = 1\ny = {"a": \n'});
	const {code, stderr} = await place.sluice(['import', 'dlt', 'pipeline.py']);
	equal(code, 2);
	match(stderr, /pipeline\.py:\d+:\d+: this is no Python that can be read/);
});
