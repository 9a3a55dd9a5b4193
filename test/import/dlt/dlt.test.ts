import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import type {PlainObject} from '../../../src/config/tree.ts';
import {accepted} from '../../../src/import/accepted.ts';
import {importDlt} from '../../../src/import/dlt/import.ts';
import {configOf, type ImportedConfig} from '../../../src/import/imported-config.ts';
import {scripted} from '../../../src/import/scripted.ts';

async function imported(text: string, name?: string): Promise<ImportedConfig> {
	return accepted(await importDlt({from: 'pipeline.py', text, name, signal: new AbortController().signal}));
}

async function configIn(text: string): Promise<PlainObject> {
	const whole = await imported(text);
	deepEqual(whole.leftOut, []);
	return configOf(whole);
}

const seeds: [file: string, auth: string][] = [
	[
		'000_3980f404ac01f571.yaml',
		`{"type": "api_key", "name": "api_key", "api_key": dlt.secrets["api_key"], "location": "query"}`,
	],
	[
		'004_8f3a21b5cc3a2ac2.yaml',
		`dict(
            type="oauth2",
            client_id=dlt.secrets["client_id"],
            client_secret=dlt.secrets["client_secret"],
            token_url=f"{BASE}/oauth/token",
        )`,
	],
];
for (const [file, auth] of seeds)
	test(`a file that means the seed ${file} becomes its config, key by key`, async () => {
		const text = `
import dlt
from dlt.sources.rest_api import rest_api_source

BASE = "https://api.example.com"
PAGES = {"type": "offset", "limit": 100}

source = rest_api_source({
    "client": {"base_url": BASE, "auth": ${auth}},
    "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
    "resources": [
        {
            "name": "resource_name",
            "endpoint": {"path": "/v1/resource", "data_selector": "data", "paginator": PAGES},
        }
    ],
})
`;
		const seed = await readFile(join(import.meta.dirname, '../../../../fixtures/seeds', file), 'utf8');
		deepEqual(await configIn(text), parse(seed));
	});

test('a source with parameters, constants, texts and classes of dlt is read without running it', async () => {
	const config = await configIn(`
import os
import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator, JSONLinkPaginator

VERSION = 2
FIELDS = ["id", 'na\\x6de', """title"""]

@dlt.source(name="tracker")
def tracker(token: str = dlt.secrets.value, team=dlt.config["team_id"], size: int = 50):
    """Reads the tracker."""
    config: RESTAPIConfig = {
        "client": {
            "base_url": f"https://{os.environ['HOST']}/v{VERSION}/{{x}}",
            "auth": BearerTokenAuth(token=token),
            "headers": {"X-Team": team, "X-Region": os.getenv("REGION", "eu")},
        },
        "resources": [
            "users",
            {
                "name": "issues",
                "endpoint": {
                    "path": "teams/{resources.users.id}/issues",
                    "params": {
                        "fields": ",".join(FIELDS),
                        "since": {
                            "type": "incremental",
                            "cursor_path": "updated_at",
                            "initial_value": "2024-01-01",
                        },
                    },
                    "paginator": OffsetPaginator(size, total_path=None),
                },
                "include_from_parent": ["id"],  # its user
            },
            {
                "name": "labels",
                "endpoint": {"path": "labels", "paginator": JSONLinkPaginator("links.next"), "params": {"n": -1, "on": True, "off": None}},
            },
        ],
    }
    yield from rest_api_resources(config)

def load():
    pipeline = dlt.pipeline(pipeline_name="tracker", destination="duckdb")
    print(pipeline.run(tracker()))

if __name__ == "__main__":
    load()
`);
	deepEqual(config, {
		client: {
			base_url: `https://$\{HOST}/v2/{x}`,
			auth: {type: 'bearer', token: `$\{secrets.token}`},
			headers: {'X-Team': `$\{TEAM_ID}`, 'X-Region': `$\{REGION:-eu}`},
		},
		resources: [
			{name: 'users'},
			{
				name: 'issues',
				endpoint: {
					path: 'teams/{resources.users.id}/issues',
					params: {
						fields: 'id,name,title',
						since: {type: 'incremental', cursor_path: 'updated_at', initial_value: '2024-01-01'},
					},
					paginator: {type: 'offset', limit: 50, total_path: null},
				},
				include_from_parent: ['id'],
			},
			{
				name: 'labels',
				endpoint: {
					path: 'labels',
					paginator: {type: 'json_link', next_url_path: 'links.next'},
					params: {n: -1, on: true, off: null},
				},
			},
		],
	});
});

test('lists that statements make are followed: append, loops, comprehensions, functions, spreads', async () => {
	const config = await configIn(`
NAMES = ["a", "b"]
COMMON = {"write_disposition": "replace"}

def resource_of(name, **more):
    return {"name": name, "endpoint": {"path": f"v1/{name}"}, **COMMON}

resources = [resource_of(name) for name in NAMES if name != "b"]
resources.append(resource_of("c"))
for name, path in [("d", "x/d")]:
    resources.append({"name": name, "endpoint": path})
config = {"client": {"base_url": "https://a.example" + "/" + "b"}}
config["resources"] = [*resources]
config["client"].update({"headers": {"A": "1" if NAMES else "2"}})
rest_api_source(config, name="x")
`);
	deepEqual(config, {
		client: {base_url: 'https://a.example/b', headers: {A: '1'}},
		resources: [
			{name: 'a', endpoint: {path: 'v1/a'}, write_disposition: 'replace'},
			{name: 'c', endpoint: {path: 'v1/c'}, write_disposition: 'replace'},
			{name: 'd', endpoint: 'x/d'},
		],
	});
});

test('what only a run would tell becomes a variable, with a remark', async () => {
	const whole = await imported(`
import pendulum
start = pendulum.today().subtract(days=30).to_date_string()
rest_api_source({
    "client": {"base_url": get_url(), "session": requests.Client().session},
    "resources": [
        {"name": "a", "endpoint": {"path": "a", "params": {"from": start}}, "columns": Model},
        users_resource(),
    ],
})
`);
	deepEqual(configOf(whole), {
		client: {base_url: `$\{BASE_URL}`},
		resources: [{name: 'a', endpoint: {path: 'a', params: {from: `$\{START}`}}}],
	});
	match(whole.remarks.join('\n'), /session is left out.*|base_url is get_url\(\) \(line 5\): set BASE_URL/);
	match(whole.resources[0]?.remarks.join('\n') ?? '', /from is start \(line 3\): set START/);
	match(whole.resources[0]?.remarks.join('\n') ?? '', /columns by Model are left out/);
	deepEqual(whole.leftOut, [{name: 'resource 2', reason: 'users_resource() is no dict in the file'}]);
});

const withFunctions = `
def lower_title(record):
    record["title"] = record["title"].lower()
    return record

rest_api_source({
    "client": {"base_url": "https://a.example"},
    "resources": [{
        "name": "a",
        "endpoint": {"path": "a"},
        "processing_steps": [{"map": lower_title}, {"filter": lambda r: r["id"] > 1}],
    }],
})
`;

test('functions become named stubs in a file of JavaScript', async () => {
	const whole = await imported(withFunctions);
	deepEqual(
		whole.stubs?.map(({name, parameters}) => [name, parameters]),
		[
			['lowerTitle', ['record']],
			['changed', ['r']],
		],
	);
	const text = scripted(whole, {from: 'pipeline.py', source: 'dlt'});
	match(text, /\/\/ {5}record\["title"\] = record\["title"\]\.lower\(\)/);
	match(text, /function lowerTitle\(record\) \{\n\tthrow new Error\(/);
	match(text, /processing_steps: \[\n\s+\{\n\s+map: lowerTitle,/);
});

test('of several configs one is chosen by its name', async () => {
	const text = `
def one():
    return rest_api_source({"client": {"base_url": "https://one.example"}, "resources": ["a"]})
two: RESTAPIConfig = {"client": {"base_url": "https://two.example"}, "resources": ["b"]}
`;
	await rejects(imported(text), /pipeline\.py has 2 configs: one, two; take one of them by --name/);
	equal((await imported(text, 'two')).client.base_url, 'https://two.example');
	equal((await imported(text, 'one')).client.base_url, 'https://one.example');
	await rejects(imported(text, 'three'), /has no config three; it has one, two/);
});

test('a file without a config, and one that is no Python, are refused', async () => {
	await rejects(
		imported('x = 1\n'),
		/no config of dlt's rest_api source that can be read without running it/,
	);
	await rejects(imported('x = {\n"a": 1\n'), /this is no Python that can be read/);
});

test('a file that calls itself for ever ends', async () => {
	await rejects(
		imported('def f(n):\n    return [f(n), f(n)]\nf(1)\nwhile True:\n    pass\n'),
		/no config of dlt's rest_api source/,
	);
});
