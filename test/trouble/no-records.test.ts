/** Answers that are no rows and no error by any name: a place to sign in, a job that still runs. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import {type Route, startServer} from '../helpers/server.ts';
import {walkAt} from '../resource/walk.ts';

async function read(routes: Route[], options: Partial<ResourceOptions> = {}) {
	const warnings: string[] = [];
	const server = await startServer(routes);
	try {
		const {rows, message} = await walkAt(server.url, {
			path: 'r',
			paginator: auto() as Paginator,
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
			...options,
		});
		return {count: rows.length, message, warnings};
	} finally {
		await server.close();
	}
}

test('a redirect to a place to sign in is a failure, whatever that place answers', async () => {
	for (const json of [
		{providers: [{id: 'google'}]},
		{authenticated: false, login_url: 'https://sso.example'},
	]) {
		const {message, count} = await read([
			{path: '/r', respond: {status: 302, headers: {location: '/login'}}},
			{path: '/login', respond: {json}},
		]);
		strictEqual(count, 0);
		match(message, /a redirect led to \/login, a place to sign in/);
	}
});

test('a resource of logins is read', async () => {
	const {count, message} = await read([{path: '/login', respond: {json: [{id: 1}]}}], {path: 'login'});
	deepStrictEqual([message, count], ['', 1]);
});

test('an object that asks to sign in, or a job that runs, is told where it is read as a record', async () => {
	for (const json of [
		{login: '/sso', session: null},
		{job_id: 'j1', state: 'RUNNING', progress: 40},
		{status: 'queued', position: 3},
		{kind: 'bigquery#queryResponse', jobComplete: false, jobReference: {jobId: 'j'}},
	]) {
		const {warnings} = await read([{path: '/r', respond: {json}}]);
		match(
			warnings.join(),
			/^api-warning: the API says, at "(login|state|status|jobComplete)" is .*data_selector: \$/,
		);
		const declared = await read([{path: '/r', respond: {json}}], {selector: '$'});
		deepStrictEqual(declared.warnings, []);
	}
});

test('a record with a state, or with a login, is no such object', async () => {
	for (const json of [
		{id: 7, state: 'RUNNING', speed: 3},
		{login: 'octocat', id: 1, url: '/users/1'},
	]) {
		const {warnings, message, count} = await read([{path: '/r', respond: {json}}]);
		deepStrictEqual([message, warnings, count], ['', [], 1]);
	}
});
