import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {parse} from 'yaml';
import {workspace} from '../../helpers/binary.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const skip = hasPython ? false : 'python3 is not here';

/** The parts of dlt that a source uses, as small as they can be. */
const dlt = {
	'lib/dlt/__init__.py': `
from . import sources
secrets = {"token": "tok-real-1234"}
def pipeline(**named):
    raise RuntimeError("a pipeline would load")
`,
	'lib/dlt/sources/__init__.py': '',
	'lib/dlt/sources/rest_api/__init__.py': 'def rest_api_source(config): raise RuntimeError("not replaced")\n',
	'lib/dlt/sources/helpers/__init__.py': '',
	'lib/dlt/sources/helpers/rest_client/__init__.py': '',
	'lib/dlt/sources/helpers/rest_client/auth.py': `
class APIKeyAuth:
    def __init__(self, name="Authorization", api_key=None, location="header"):
        self.name = name
`,
	'lib/dlt/sources/helpers/rest_client/paginators.py': `
class OffsetPaginator:
    def __init__(self, limit, offset=0):
        self.limit = limit
`,
};

const pipeline = `
import os
import dlt
from dlt.sources.rest_api import rest_api_source
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from dlt.sources.helpers.rest_client.auth import APIKeyAuth

names = open(os.path.join(os.path.dirname(__file__), "names.txt")).read().split()

def tracker():
    print("a source may print")
    return rest_api_source({
        "client": {
            "base_url": "https://a.example",
            "auth": APIKeyAuth("X-Key", api_key=os.environ["KEY"]),
            "headers": {"X-Token": dlt.secrets["api.token"]},
        },
        "resources": [
            {"name": name, "endpoint": {"path": name, "paginator": OffsetPaginator(50)}} for name in names
        ],
    })

dlt.pipeline(pipeline_name="x").run(tracker())
`;

test('--python runs the file, and takes what the source gets, without secrets and without a load', {
	skip,
}, async () => {
	await using place = await workspace({...dlt, 'pipeline.py': pipeline, 'names.txt': 'users posts'});
	const words = ['import', 'dlt', 'pipeline.py', '--python', 'python3', '-o', 'new'];
	const env = {PYTHONPATH: `${place.path}/lib`, KEY: 'key-real-1234', PATH: process.env.PATH ?? ''};
	const made = await place.sluice(words, {env});
	equal(made.code, 0, made.stderr);
	const text = await place.read('new/sluice.yaml');
	doesNotMatch(text + made.stdout + made.stderr, /real-1234/);
	equal(await place.read('new/secrets.toml'), 'api.token = ""\napi_key = "key-real-1234"\n');
	const {client, resources} = parse(text);
	deepEqual(client, {
		base_url: 'https://a.example',
		auth: {type: 'api_key', name: 'X-Key', api_key: `$\{secrets.api_key}`},
		headers: {'X-Token': `$\{secrets.api.token}`},
	});
	deepEqual(
		resources,
		['users', 'posts'].map(name => ({name, endpoint: {path: name, paginator: {type: 'offset', limit: 50}}})),
	);
});

test('--python tells why a file gave no config, and that a command is not there', {skip}, async () => {
	await using place = await workspace({...dlt, 'pipeline.py': 'import nothing_of_that_name\n'});
	const env = {PYTHONPATH: `${place.path}/lib`, PATH: process.env.PATH ?? ''};
	const failed = await place.sluice(['import', 'dlt', 'pipeline.py', '--python', 'python3'], {env});
	equal(failed.code, 2);
	match(failed.stderr, /nothing_of_that_name[\s\S]*failed before it gave rest_api_source a config/);
	const missing = await place.sluice(['import', 'dlt', 'pipeline.py', '--python', './no-python'], {env});
	equal(missing.code, 2);
	match(missing.stderr, /--python \.\/no-python cannot be run/);
});
