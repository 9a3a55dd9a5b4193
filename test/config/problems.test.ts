import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ConfigError} from '../../src/core/errors.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {load, problems, withClient, withEndpoint, withResource} from './files.ts';

const withSignIn = (keys: string): string =>
	withClient(
		'auth: {type: oauth2_refresh_token, client_id: a, token_url: "https://a.b", authorization_url: ' +
			`"https://a.b/c"${keys}}`,
	);

const types = 'text, bigint, double, bool, timestamp, date, time, binary, json, decimal, list or struct';
const kinds =
	'auto, single_page, offset, page_number, cursor, json_link, json_response, header_link or header_cursor';

const table: [what: string, config: string, message: string][] = [
	// Keys
	[
		'a misspelt key',
		withEndpoint('paginator: {type: offset, limit: 1, offest: 2}'),
		'6:43: resources[0].endpoint.paginator.offest: unknown key (did you mean "offset"?)',
	],
	[
		"a key of another tool's, with a value of its",
		withResource('mode: full-refresh'),
		'5:5: resources[0].mode: unknown key (did you mean "write_disposition: replace"?)',
	],
	[
		"a type of another tool's",
		withResource('columns: {a: {data_type: int}}'),
		`5:30: resources[0].columns.a.data_type: expected ${types}, got "int" (did you mean "bigint"?)`,
	],
	[
		'a key like no other',
		withEndpoint('zzz: 1'),
		'6:7: resources[0].endpoint.zzz: unknown key; known here: path, method, params, expressions, json, ' +
			'data, headers, paginator, data_selector, error_path, ready_path, missing_rows, format, encoding, ' +
			'non_finite, rows, stop_when, auth, response_actions, incremental, sync',
	],
	[
		'a key one level too high',
		withResource('params: {}'),
		'5:5: resources[0].params: unknown key here; it belongs under "endpoint"',
	],
	[
		'an unknown key at the top',
		withClient('').replace('resources', 'x: 1\nresources'),
		'4:1: x: unknown key; known here: $schema, name, client, resource_defaults, resources, naming, ' +
			'output, plugins, include',
	],
	[
		'a client without base_url',
		'client: {}\nresources: [a]',
		'1:9: client.base_url: required key is missing',
	],
	['no client', 'resources: [a]', '1:1: client: required key is missing'],
	['no resources', 'client: {base_url: "https://a.b"}', '1:1: resources: required key is missing'],
	[
		'a resource without a name',
		'client: {base_url: "https://a.b"}\nresources:\n  - endpoint: a',
		'3:5: resources[0].name: required key is missing',
	],
	[
		'an empty name',
		'client: {base_url: "https://a.b"}\nresources: [""]',
		'2:13: resources[0]: must not be empty',
	],
	[
		'a second resource of the same name',
		'client: {base_url: "https://a.b"}\nresources:\n  - a\n  - name: a',
		'4:11: resources[1].name: resources[0] has the name "a" already',
	],
	// Kinds
	[
		'text for a number',
		withEndpoint('paginator: {type: offset, limit: "100"}'),
		'6:40: resources[0].endpoint.paginator.limit: expected a number, got the text "100"',
	],
	[
		'a fraction for a count',
		withEndpoint('paginator: {type: offset, limit: 1.5}'),
		'6:40: resources[0].endpoint.paginator.limit: expected a whole number, got the number 1.5',
	],
	[
		'a limit of zero',
		withEndpoint('paginator: {type: offset, limit: 0}'),
		'6:40: resources[0].endpoint.paginator.limit: must be more than 0, got the number 0',
	],
	[
		'a negative count',
		withClient('retry: {max_retries: -1}'),
		'3:24: client.retry.max_retries: must be at least 0, got the number -1',
	],
	[
		'a status that is none',
		withClient('retry: {status_codes: [700]}'),
		'3:26: client.retry.status_codes[0]: must be at most 599, got the number 700',
	],
	[
		'text for true or false',
		withResource('selected: "yes"'),
		'5:15: resources[0].selected: expected true or false, got the text "yes"',
	],
	[
		'a number for text',
		withClient('headers: {X-Version: 2}'),
		'3:24: client.headers.X-Version: expected text, got the number 2',
	],
	[
		'a list for an object',
		withClient('headers: [a]'),
		'3:12: client.headers: expected an object, got a list',
	],
	[
		'a number among the resources',
		'client: {base_url: "https://a.b"}\nresources: [5]',
		'2:13: resources[0]: expected text or an object, got the number 5',
	],
	[
		'a number for a key',
		withResource('primary_key: 5'),
		'5:18: resources[0].primary_key: expected text or a list, got the number 5',
	],
	[
		'a number in a list of keys',
		withResource('primary_key: [id, 5]'),
		'5:23: resources[0].primary_key[1]: expected text, got the number 5',
	],
	[
		'an object among the params',
		withEndpoint('params: {a: {b: 1}}'),
		'6:19: resources[0].endpoint.params.a: expected text, a number, true or false, null or a list, got ' +
			'an object; if the API takes JSON there, write it as text: \'{"b": …}\'',
	],
	[
		'a pair of one',
		withEndpoint('data: [[a]]'),
		'6:14: resources[0].endpoint.data[0]: expected a [key, value] pair',
	],
	[
		'a default endpoint that is text',
		withClient('').replace('resources', 'resource_defaults: {endpoint: x}\nresources'),
		'4:31: resource_defaults.endpoint: expected an object, got the text "x"',
	],
	['a list instead of a config', '- a', '1:1: expected an object, got a list'],
	[
		'a word out of a few',
		withResource('write_disposition: merg'),
		'5:24: resources[0].write_disposition: expected append, replace or merge, got "merg" (did you mean ' +
			'"merge"?)',
	],
	[
		'an unknown method',
		withEndpoint('method: PUSH'),
		'6:15: resources[0].endpoint.method: expected GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS, got "PUSH"',
	],
	// URLs and paths
	[
		'a base_url without a scheme',
		'client: {base_url: api.example.com/v1}\nresources: [a]',
		'1:20: client.base_url: expected an http(s) URL, got "api.example.com/v1"; write ' +
			'"https://api.example.com/v1"',
	],
	[
		'a base_url of another scheme',
		'client: {base_url: "ftp://a.b"}\nresources: [a]',
		'1:20: client.base_url: expected an http(s) URL, got one with "ftp:"',
	],
	[
		'a base_url with a query',
		'client: {base_url: "https://a.b?c=d"}\nresources: [a]',
		'1:20: client.base_url: paths are joined to this, so it cannot have a query; put it into params',
	],
	[
		'a relative path and no base_url',
		'client: {base_url: ""}\nresources:\n  - name: a\n    endpoint: b',
		'4:15: resources[0].endpoint: base_url is empty, so the path must be a whole URL, got "b"',
	],
	[
		'a path that is half a URL',
		withEndpoint('path: "https://[x/{id}"\nparams: {id: 1}'),
		'6:13: resources[0].endpoint.path: expected a path or an http(s) URL, got "https://[x/{id}"',
	],
	[
		'a path of another scheme',
		withEndpoint('path: "ftp://a.b/c"'),
		'6:13: resources[0].endpoint.path: expected a path or an http(s) URL, got "ftp://a.b/c"',
	],
	[
		'a broken selector',
		withEndpoint('data_selector: "a["'),
		'6:22: resources[0].endpoint.data_selector: cannot read the path "a[": unclosed bracketed selection ' +
			"('$.a[':4)",
	],
	[
		'a broken total_path',
		withEndpoint('paginator: {type: offset, limit: 1, total_path: "a["}'),
		'6:55: resources[0].endpoint.paginator.total_path: cannot read the path "a[": unclosed bracketed ' +
			"selection ('$.a[':4)",
	],
	[
		'a placeholder without a param',
		withEndpoint('path: "{org}/issues"'),
		'6:13: resources[0].endpoint.path: {org} has no value; add "org" to params',
	],
	[
		'a placeholder whose param is null',
		withEndpoint('path: "{org}"\nparams: {org: null}'),
		'6:13: resources[0].endpoint.path: {org} has no value; add "org" to params',
	],
	[
		'an unknown placeholder in a param',
		withEndpoint('params: {q: "{x}"}'),
		'6:19: resources[0].endpoint.params.q: {x} is no placeholder that is known here; for literal braces ' +
			'write {{ and }}',
	],
	[
		'a single brace deep in a body',
		withEndpoint('json: {a: [{b: "x { y"}]}'),
		'6:22: resources[0].endpoint.json.a[0].b: a single brace; for literal braces write {{ and }}',
	],
	[
		'an empty list of partitions',
		withResource('partitions: {x: []}\nendpoint: "a/{partitions.x}"'),
		'5:21: resources[0].partitions.x: must not be an empty list',
	],
	[
		'no time to connect',
		withClient('timeouts: {connect: 0}'),
		'3:23: client.timeouts.connect: must be more than 0, got the number 0',
	],
	[
		'a base URL with a % that is no escape',
		'client: {base_url: "http://user:100%@a.b"}\nresources: [a]',
		'1:20: client.base_url: http://***@a.b: a % in the user name or the password is written %25',
	],
	// Auth
	[
		'basic auth without either',
		withClient('auth: {type: http_basic, username: "", password: ""}'),
		'3:38: client.auth.username: username and password are both empty; give one of them',
	],
	[
		'an unknown kind of auth',
		withClient('auth: {type: api_kye, api_key: x}'),
		'3:16: client.auth.type: expected bearer, api_key, http_basic, digest, oauth1, hmac, aws_sigv4, ' +
			'oauth2_client_credentials, oauth2, oauth2_refresh_token, oauth2_password, oauth2_jwt or session, ' +
			'got "api_kye" (did you mean "api_key"?)',
	],
	[
		'a refresh token that is neither there nor to be had',
		withClient('auth: {type: oauth2_refresh_token, client_id: a, token_url: "https://a.b"}'),
		'3:9: client.auth.refresh_token: required key is missing, or authorization_url, or ' +
			'device_authorization_url',
	],
	[
		'a sign-in whose token nothing keeps',
		withSignIn(''),
		'3:9: client.auth.refresh_token_file: required key is missing: the file that keeps what a sign-in brings',
	],
	[
		'a browser that is to come back to another machine',
		withSignIn(', refresh_token_file: t, redirect_uri: "https://a.b/c"'),
		'3:151: client.auth.redirect_uri: expected an address on this machine, such as ' +
			'http://localhost:8712/callback, got "https://a.b/c"',
	],
	[
		'two addresses for a browser to come back to',
		withSignIn(', refresh_token_file: t, redirect_port: 1, redirect_uri: "http://localhost:2"'),
		'3:169: client.auth.redirect_uri: in place of redirect_port: give one of them',
	],
	[
		'a state that is the same for each sign-in',
		withSignIn(', refresh_token_file: t, authorization_params: {state: a}'),
		'3:167: client.auth.authorization_params.state: each sign-in has its own',
	],
	[
		'scopes without a sign-in',
		withClient(
			'auth: {type: oauth2_refresh_token, client_id: a, token_url: "https://a.b", refresh_token: x, ' +
				'scopes: [y]}',
		),
		'3:104: client.auth.scopes: needs authorization_url or device_authorization_url',
	],
	[
		'an extra key in auth',
		withClient('auth: {type: bearer, token: s3cr3t, location: header}'),
		'3:39: client.auth.location: unknown key; known here: type, token',
	],
	[
		'basic auth without a password',
		withClient('auth: {type: http_basic, username: a}'),
		'3:9: client.auth.password: required key is missing',
	],
	[
		'credentials without a token URL',
		withClient('auth: {type: oauth2, client_id: a, client_secret: b}'),
		'3:9: client.auth.access_token_url: required key is missing',
	],
	[
		'credentials with two token URLs',
		withClient(
			'auth: {type: oauth2, client_id: a, client_secret: b, token_url: "https://a.b", access_token_url: ' +
				'"https://a.b"}',
		),
		'3:67: client.auth.token_url: the same as access_token_url: give one of them',
	],
	[
		'auth as a word',
		withClient('auth: bearer'),
		`3:9: client.auth: expected an object, such as {type: bearer, token: "\${secrets.token}"}`,
	],
	['an empty token', withClient('auth: {token: ""}'), '3:17: client.auth.token: must not be empty'],
	// Paginators
	[
		'an unknown kind of paginator',
		withEndpoint('paginator: {type: ofset}'),
		`6:25: resources[0].endpoint.paginator.type: expected ${kinds}, got "ofset" (did you mean "offset"?)`,
	],
	[
		'a paginator without a kind',
		withEndpoint('paginator: {limit: 5}'),
		`6:18: resources[0].endpoint.paginator.type: required key is missing; expected ${kinds}`,
	],
	[
		'an unknown word for a paginator',
		withClient('paginator: curser'),
		'3:14: client.paginator: expected auto, single_page, page_number, cursor, json_link, json_response, ' +
			'header_link or header_cursor, got "curser" (did you mean "cursor"?)',
	],
	[
		'offset as a word',
		withClient('paginator: offset'),
		'3:14: client.paginator: offset needs limit; write {type: offset, limit: 100}',
	],
	[
		'offset without a limit',
		withEndpoint('paginator: {type: offset}'),
		'6:18: resources[0].endpoint.paginator.limit: required key is missing',
	],
	[
		'a number for a paginator',
		withClient('paginator: 5'),
		'3:14: client.paginator: expected auto, single_page, page_number, cursor, json_link, json_response, ' +
			'header_link, header_cursor or an object, got the number 5',
	],
	[
		'a cursor in query and body',
		withEndpoint('paginator: {type: cursor, cursor_param: p, cursor_body_path: p}'),
		'6:68: resources[0].endpoint.paginator.cursor_body_path: excludes cursor_param: the value is sent ' +
			'in one place',
	],
	[
		'a limit in query and body',
		withEndpoint('paginator: {type: offset, limit: 1, limit_param: p, limit_body_path: p}'),
		'6:76: resources[0].endpoint.paginator.limit_body_path: excludes limit_param: the value is sent in ' +
			'one place',
	],
	[
		'a page in query and body',
		withEndpoint('paginator: {type: page_number, page_param: p, page_body_path: p}'),
		'6:69: resources[0].endpoint.paginator.page_body_path: excludes page_param: the value is sent in ' +
			'one place',
	],
	[
		'offsets without an end',
		withEndpoint('paginator: {type: offset, limit: 1, total_path: null, stop_after_empty_page: false}'),
		'6:84: resources[0].endpoint.paginator.stop_after_empty_page: nothing would end the paging; give ' +
			'one of total_path, has_more_path, maximum_offset, stop_after_empty_page: true',
	],
	[
		'pages without an end',
		withEndpoint('paginator: {type: page_number, total_path: null, stop_after_empty_page: false}'),
		'6:79: resources[0].endpoint.paginator.stop_after_empty_page: nothing would end the paging; give ' +
			'one of total_path, has_more_path, maximum_page, stop_after_empty_page: true',
	],
	[
		'pages that are read once more, and rows without a key',
		withEndpoint('paginator: {type: page_number, overlap: 1}'),
		'6:47: resources[0].endpoint.paginator.overlap: rows that are read once more are told apart by ' +
			'primary_key, and this resource has none',
	],
	[
		'pages that are read more than once more',
		withEndpoint('paginator: {type: page_number, overlap: 2}'),
		'6:47: resources[0].endpoint.paginator.overlap: must be at most 1, got the number 2',
	],
	// Requests and rows
	[
		'two bodies',
		withEndpoint('json: {a: 1}\ndata: {a: 1}'),
		'7:13: resources[0].endpoint.data: a request has one body: json or data',
	],
	[
		'merge without a key',
		withResource('write_disposition: merge'),
		'5:24: resources[0].write_disposition: merge needs a primary_key to tell records apart, or a ' +
			'merge_key for what is restated',
	],
	[
		'merge spelled out, and an empty key',
		withResource('write_disposition: {disposition: merge}\nprimary_key: []'),
		'5:24: resources[0].write_disposition: merge needs a primary_key to tell records apart, or a ' +
			'merge_key for what is restated',
	],
	[
		'a merge strategy of databases',
		withResource('primary_key: id\nwrite_disposition: {disposition: merge, strategy: scd2}'),
		'6:55: resources[0].write_disposition.strategy: expected delete-insert or upsert, got "scd2"',
	],
	[
		'an unknown type',
		withResource('columns: {id: bigintt}'),
		`5:19: resources[0].columns.id: expected ${types}, got "bigintt" (did you mean "bigint"?)`,
	],
	[
		'an unknown hint',
		withResource('columns: {id: {nulable: true}}'),
		'5:20: resources[0].columns.id.nulable: unknown key (did you mean "nullable"?)',
	],
	[
		'a list of nothing',
		withResource('columns: {tags: list, x: {type: list}}'),
		'5:30: resources[0].columns.x.items: required key is missing: what the list holds',
	],
	[
		'items without a list',
		withResource('columns: {a: {type: text, items: text}}'),
		'5:38: resources[0].columns.a.items: only a column of type list has items',
	],
	[
		'a struct of nothing',
		withResource('columns: {a: {type: struct}}'),
		'5:18: resources[0].columns.a.fields: required key is missing: the columns of the struct',
	],
	[
		'a bad type deep in a struct',
		withResource('columns: {a: {type: struct, fields: {b: {type: list, items: txt}}}}'),
		`5:65: resources[0].columns.a.fields.b.items: expected ${types}, got "txt" (did you mean "text"?)`,
	],
	[
		'a scale over the precision',
		withResource('columns: {a: {type: decimal, precision: 4, scale: 5}}'),
		'5:55: resources[0].columns.a.scale: must not be over precision, which is 4',
	],
	[
		'two types',
		withResource('columns: {a: {type: text, data_type: text}}'),
		'5:25: resources[0].columns.a.type: the same as data_type: give one of them',
	],
	[
		'a column without a name',
		withResource('columns: [{type: text}]'),
		'5:15: resources[0].columns[0].name: required key is missing',
	],
	[
		'a column twice',
		withResource('columns: [{name: a}, {name: a}]'),
		'5:33: resources[0].columns[1].name: a second column "a"',
	],
	[
		'a column of two names',
		withResource('columns: {a: {name: b}}'),
		'5:25: resources[0].columns.a.name: differs from its key "a": leave it out',
	],
	[
		'a compression that the format has not',
		`${withClient('')}output: {format: csv, compression: snappy}`,
		'5:36: output.compression: csv has no snappy; use none or gzip',
	],
	[
		'a compression that contradicts',
		`${withClient('')}output: {format: csv.gz, compression: none}`,
		'5:39: output.compression: contradicts the format csv.gz',
	],
	// Later
	[
		'incremental without a cursor_path',
		withEndpoint('incremental: {initial_value: 5}'),
		'6:20: resources[0].endpoint.incremental.cursor_path: required key is missing',
	],
	[
		'the first of equal records, with merge',
		withResource('keep: first\nprimary_key: id\nwrite_disposition: {disposition: merge}'),
		'5:11: resources[0].keep: merge keeps the last row of a key, or the greatest by a column with ' +
			'dedup_sort: desc; leave keep: first out, or keep: null it here',
	],
	[
		'the first of equal records, with merge and tables',
		withResource('nested: tables\nkeep: first\nprimary_key: id\nwrite_disposition: merge'),
		'6:11: resources[0].keep: merge keeps the last row of a key, or the greatest by a column with ' +
			'dedup_sort: desc; leave keep: first out, or keep: null it here',
	],
	[
		'the last of equal records, with tables',
		withResource('keep: last\nnested: tables'),
		'6:13: resources[0].nested: nested: tables cannot go with keep: last; leave one of them out',
	],
	// Steps
	[
		'two selected fields of one name',
		withResource('processing_steps: [{select: [a.id, b.id]}]'),
		'5:33: resources[0].processing_steps[0].select: two columns called id; give one a name: {other: path}',
	],
	[
		'a filter that is no condition',
		withResource('processing_steps: [{filter: x}]'),
		'5:33: resources[0].processing_steps[0].filter: "x" is no condition: unexpected filter selector ' +
			"token 'x'. One is, for example, @.status == 'open' && @.n > 1",
	],
	[
		'a filter that is a number',
		withResource('processing_steps: [{filter: 1}]'),
		"5:33: resources[0].processing_steps[0].filter: expected a condition such as @.status == 'open', or " +
			'a function, which only a .js config can hold',
	],
	[
		'a map that is text',
		withResource('processing_steps: [{map: x}]'),
		'5:30: resources[0].processing_steps[0].map: an expression stands in double braces: "{{ x }}"',
	],
	[
		'a misspelt step',
		withResource('processing_steps: [{renam: {a: b}}]'),
		'5:25: resources[0].processing_steps[0].renam: unknown key (did you mean "rename"?)',
	],
	[
		'a step that does nothing',
		withResource('processing_steps: [{}]'),
		'5:24: resources[0].processing_steps[0]: a step says what to do, for example {filter: "@.id > 0"}',
	],
	[
		'a step that is text',
		withResource('processing_steps: [flatten]'),
		'5:24: resources[0].processing_steps[0]: expected an object, got the text "flatten"',
	],
	[
		'a cast to no type',
		withResource('processing_steps: [{cast: {a: number}}]'),
		`5:35: resources[0].processing_steps[0].cast.a: expected ${types}, got "number" (did you mean "double"?)`,
	],
	[
		'a cast without a type',
		withResource('processing_steps: [{cast: {a: {nullable: false}}}]'),
		'5:35: resources[0].processing_steps[0].cast.a: needs a type, for example bigint',
	],
	[
		'a template with a single brace',
		withResource('processing_steps: [{add: {a: "{b"}}]'),
		'5:34: resources[0].processing_steps[0].add.a: "{b" has a single brace; for a literal one write {{ or }}',
	],
	[
		'an object to add that is no path',
		withResource('processing_steps: [{add: {a: {pth: b}}}]'),
		'5:34: resources[0].processing_steps[0].add.a: an object here is {path: FIELD}, the field to copy ' +
			'to a, or {expression: "{{ … }}"}',
	],
	[
		'a field to remove that is a query',
		withResource('processing_steps: [{remove: ["a..b"]}]'),
		'5:34: resources[0].processing_steps[0].remove[0]: "a..b" is no plain path: here keys, indices and ' +
			'[*] lead to fields',
	],
	[
		'a new value that reads a name which is not there',
		withResource('processing_steps: [{change: {fields: [a], to: "{{ x }}"}}]'),
		'5:51: resources[0].processing_steps[0].change.to: no x here; an expression at this place reads record, ' +
			'resources, partitions, incremental, value',
	],
	[
		'two fields renamed to one',
		withResource('processing_steps: [{rename: {a: c, b: c}}]'),
		'5:33: resources[0].processing_steps[0].rename: two fields cannot have one name',
	],
	[
		'flatten: false',
		withResource('processing_steps: [{flatten: false}]'),
		'5:34: resources[0].processing_steps[0].flatten: expected true, got the boolean false',
	],
	[
		'merge_key without a merge',
		withResource('merge_key: id'),
		'5:16: resources[0].merge_key: says what a merge replaces; set write_disposition: merge, or leave it out',
	],
	// Relations
	[
		'something to include without a parent',
		withResource('include_from_parent: [id]'),
		'5:26: resources[0].include_from_parent: a has no parent; refer to one as {resources.<parent>.<field>}',
	],
	[
		'a resolve param without its place in the path',
		withEndpoint('params: {id: {type: resolve, resource: a, field: id}}'),
		'6:20: resources[0].endpoint.params.id: the path has no {id}; to send it as a parameter write id: ' +
			'"{resources.a.id}"',
	],
	[
		'a parent that is not there',
		withEndpoint('path: "b/{resources.contacts.id}"'),
		'6:13: resources[0].endpoint.path: no resource "contacts"; there are: a',
	],
	[
		'a resource that depends on itself',
		withEndpoint('headers: {X-Id: "{resources.a.id}"}'),
		'6:23: resources[0].endpoint.headers.X-Id: a depends on itself: a → a',
	],
	[
		'a placeholder without a field',
		withEndpoint('params: {id: "{resources.a}"}'),
		'6:20: resources[0].endpoint.params.id: cannot read {resources.a}; write {resources.<parent>.<field>}',
	],
	[
		'a list that is not there',
		withEndpoint('params: {id: "{partitions.region}"}'),
		'6:20: resources[0].endpoint.params.id: no list "region" in partitions',
	],
	[
		'a list that is not used',
		withResource('partitions: {region: [eu]}'),
		'5:26: resources[0].partitions.region: not used; put {partitions.region} into the request',
	],
	[
		'a batch of nothing',
		withResource('batch: {size: 2}'),
		'5:12: resources[0].batch: a has neither a parent nor partitions to take several of',
	],
	[
		'a hint of databases',
		withResource('columns: {id: {unique: true}}'),
		'5:20: resources[0].columns.id.unique: not supported yet',
	],
];

for (const [what, config, message] of table) {
	test(`${what} is reported where it stands`, async () => {
		assert.deepEqual(await problems(config), [`config.yaml:${message}`]);
	});
}

test('all problems come at once, in the order of the file, whatever found them', async () => {
	const config = `
client:
  base_url: example
  auth: {token: "\${secrets.none}"}
resources:
  - name: a
    endpoint: {path: "{id}", method: FETCH, parms: {}}
  - name: a
    write_disposition: merge
    columns: {x: txt}
`;
	const all = await problems(config);
	assert.deepEqual(
		all.map(line => line.split(': ').slice(0, 2).join(' ')),
		[
			'config.yaml:3:13 client.base_url',
			'config.yaml:4:17 client.auth.token',
			'config.yaml:7:22 resources[0].endpoint.path',
			'config.yaml:7:38 resources[0].endpoint.method',
			'config.yaml:7:45 resources[0].endpoint.parms',
			'config.yaml:8:11 resources[1].name',
			'config.yaml:9:24 resources[1].write_disposition',
			'config.yaml:10:18 resources[1].columns.x',
		],
	);
});

test('the error carries its issues with path, line and column', async () => {
	await assert.rejects(load(withEndpoint('zzz: 1')), error => {
		assert.ok(error instanceof ConfigError);
		const [issue] = error.issues;
		assert.deepEqual(
			[error.issues.length, issue?.path, issue?.line, issue?.column],
			[1, 'resources[0].endpoint.zzz', 6, 7],
		);
		return true;
	});
});

test('an alias is located where it was written, and the default that a merge key brings in where it is used', async () => {
	const base = 'client: {base_url: "https://a.b"}\nresources:\n  - &first {name: a, endpoint: {foo: 1}}\n';
	const message =
		'unknown key; known here: path, method, params, expressions, json, data, headers, paginator, ' +
		'data_selector, error_path, ready_path, missing_rows, format, encoding, non_finite, rows, ' +
		'stop_when, auth, response_actions, incremental, sync';
	assert.deepEqual(await problems(`${base}  - {<<: *first, name: b}`), [
		`config.yaml:3:33: resources[0].endpoint.foo: ${message}`,
		`config.yaml:4:5: resources[1].endpoint.foo: ${message}`,
	]);
});

test('a value under a secret name is never printed, whatever is wrong with it', async () => {
	const config = `
client:
  base_url: "https://bob:hidden-1@a.b?x"
  auth: {type: bearer, token: [hidden-2], tokn: hidden-2}
resources:
  - name: a
    endpoint: {auth: {type: api_key, api_key: {a: hidden-3}}, params: {api_key: {b: hidden-3}}}
  - name: b
    endpoint: {auth: {type: http_basic, username: u, password: 12345678}}
  - name: c
    endpoint: {auth: {type: http_basic, username: u, password: hidden-4}, method: hidden-4}
`;
	const all = await problems(config);
	assert.equal(all.length, 7);
	assert.equal(all[5], 'config.yaml:9:64: resources[1].endpoint.auth.password: expected text, got a number');
	assert.doesNotMatch(all.join('\n'), /hidden|12345678/i);
});

test('a config that is an object already is checked the same way, without places', () => {
	assert.throws(() => parseConfig({client: {}, resources: ['a', {name: 'a'}]}), {
		name: 'ConfigError',
		message:
			'client.base_url: required key is missing\nresources[1].name: resources[0] has the name "a" already',
	});
	assert.equal(parseConfig({client: {base_url: 'https://a.b'}, resources: ['a']}).resources[0]?.name, 'a');
});

test('nothing but data is taken from a JavaScript config', () => {
	const resource = {name: 'a', endpoint: {json: {when: new Date(0)}, params: {f: () => 1}}};
	assert.throws(() => parseConfig({client: {base_url: 'https://a.b'}, resources: [resource]}), {
		message:
			'resources[0].endpoint.params.f: expected text, a number, true or false, null or a list, got a ' +
			'function\nresources[0].endpoint.json: expected JSON: no functions, dates or other objects',
	});
});

test('a long value is cut in a message', async () => {
	const [line] = await problems(withClient(`retry: {factor: ${'x'.repeat(100)}}`));
	assert.equal(
		line,
		`config.yaml:3:19: client.retry.factor: expected a number, got the text "${'x'.repeat(40)}…"`,
	);
});
