/**
 * Imports an `AsyncRetriever` as three resources: one creates the jobs, one waits until each is done, and one
 * reads the files of a job.
 */
import {asObject, isPlainObject, mapLeaves, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {pathText} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';
import {PARAMETERS} from './parameters.ts';

/** The key of a stream that waits for a job. Its value is a `Waiting`. */
const WAITING = '$waiting';

/** How a resource waits for a job. */
export interface Waiting {
	readonly readyPath: string;
	/** Rules for jobs that fail. */
	readonly failed: readonly PlainObject[];
	/** The path to the URL of the file, or to a list of them. */
	readonly target: string;
}

export function waitingOf(stream: PlainObject): Waiting | undefined {
	return stream[WAITING] as Waiting | undefined;
}

/** The stream with a retriever that reads the files, whose parents are the jobs; another stream stays as it is. */
export function withJobs(stream: PlainObject, above: Known, differences: Differences): PlainObject {
	const retriever = asObject(stream.retriever);
	if (retriever.type !== 'AsyncRetriever') return stream;
	const known = above.in(retriever);
	const name = known.text(stream.name, 'name');
	const shared = {type: 'DeclarativeStream', [PARAMETERS]: stream[PARAMETERS]};
	const simple = {type: 'SimpleRetriever', [PARAMETERS]: retriever[PARAMETERS]};
	checkParts(retriever, differences);
	if (stream.incremental_sync !== undefined && stream.primary_key === undefined)
		differences.add(
			'choice',
			'each run creates all jobs from the start again, and keeps no row that they lack',
		);
	const target = keysOf(retriever.download_target_extractor, known);
	const polling = new Rewriting(1);
	const polls = polling.component(retriever.polling_requester, {creation_response: []});
	const reading = new Rewriting(2);
	const reads = reading.component(retriever.download_requester, {
		polling_response: [],
		download_target: target,
	});
	const job = {
		...shared,
		name: `${name}_job`,
		incremental_sync: stream.incremental_sync,
		retriever: {
			...simple,
			requester: retriever.creation_requester,
			record_selector: whole,
			partition_router: retriever.partition_router,
		},
	};
	const status = {
		...shared,
		name: `${name}_status`,
		[WAITING]: waiting(retriever, known, target),
		retriever: {...simple, requester: polls, record_selector: whole, partition_router: below(job, polling)},
	};
	const {incremental_sync: _, ...rest} = stream;
	return {
		...rest,
		transformations: deeper(stream.transformations, 2),
		retriever: {
			...simple,
			requester: reads,
			decoder: retriever.download_decoder,
			paginator: retriever.download_paginator,
			record_selector: {
				...asObject(deeper(retriever.record_selector, 2)),
				extractor: retriever.download_extractor ?? whole.extractor,
			},
			partition_router: below(status, reading),
		},
	};
}

const whole = {type: 'RecordSelector', extractor: {type: 'DpathExtractor', field_path: []}};

function checkParts(retriever: PlainObject, differences: Differences): void {
	if (retriever.download_target_requester !== undefined)
		throw new LeftOut('an async job: its URLs come from another request');
	differences.add(
		'failure',
		'a job that fails ends the run, where Airbyte creates it again up to three times',
	);
	if (retriever.abort_requester !== undefined || retriever.delete_requester !== undefined)
		differences.add('requests', 'jobs are neither cancelled nor deleted');
	if (retriever.polling_job_timeout !== undefined)
		differences.add('choice', 'waits for a job as long as client.retry.max_retry_after says');
}

/** The partitions below jobs: the fields of the job that requests read. */
function below(parent: PlainObject, {fields}: Rewriting): PlainObject {
	const [key] = fields;
	if (key === undefined) throw new LeftOut('an async job: no request reads its id or its URL');
	const config = {
		type: 'ParentStreamConfig',
		stream: parent,
		parent_key: key.join('/'),
		partition_field: 'job',
		extra_fields: fields,
		incremental_dependency: true,
	};
	return {type: 'SubstreamPartitionRouter', parent_stream_configs: [config]};
}

function waiting(retriever: PlainObject, known: Known, target: readonly string[]): Waiting {
	const states = asObject(retriever.status_mapping);
	const named = (state: string) =>
		[states[state] ?? []].flat().map(text => known.text(text, 'state of a job'));
	const path = keysOf(retriever.status_extractor, known);
	const done = named('completed').map(text => `@ == ${JSON.stringify(text)}`);
	if (done.length === 0) throw new LeftOut('an async job: no state of a job that is done');
	const owner = pathText(path.slice(0, -1));
	return {
		readyPath: `$${owner === '' || owner.startsWith('[') ? owner : `.${owner}`}[?(${done.join(' || ')})]`,
		failed: [...named('failed'), ...named('timeout')].map(state => ({
			json_path: pathText(path),
			json_value: state,
			action: 'fail',
			message: `the job is ${state}`,
		})),
		target: pathText(target),
	};
}

function keysOf(extractor: unknown, above: Known): string[] {
	const {type, field_path: path, class_name: name} = asObject(extractor);
	if (type !== 'DpathExtractor') throw new LeftOut('Python: extractor of a job', String(name ?? type));
	const keys = [path].flat().map(part => above.in(extractor).text(part, 'path in the answer about a job'));
	if (keys.some(key => key === '*' || key === '')) throw new LeftOut('an async job: a path with a *');
	return keys;
}

/** The templates of a component, which read a partition that is further up now. */
function deeper(tree: unknown, levels: number): unknown {
	return mapLeaves(tree, leaf =>
		typeof leaf === 'string'
			? leaf.replace(/\bstream_(?:slice|partition)(?=[.[])/g, `$&${'.parent_slice'.repeat(levels)}`)
			: leaf,
	);
}

/** Rewrites templates that read the answer about a job, and notes the fields that they read. */
class Rewriting {
	readonly #levels: number;
	readonly fields: string[][] = [];

	constructor(levels: number) {
		this.#levels = levels;
	}

	/** `names` are those of answers, with the path that the name itself leads to, or none. */
	component(given: unknown, names: {readonly [name: string]: readonly string[]}): unknown {
		if (!isPlainObject(given)) throw new LeftOut('an async job: a request is missing');
		return mapLeaves(deeper(given, this.#levels), leaf => {
			if (typeof leaf !== 'string') return leaf;
			const text = Object.entries(names).reduce((left, [name, keys]) => this.#read(left, name, keys), leaf);
			if (/\b(?:creation|polling)_response\b/.test(text))
				throw new LeftOut('an async job: an expression about an answer', leaf);
			// Airbyte reads a quoted text as a literal of Python.
			return text.replace(/^'(\{\{[^{}]*\}\})'$/, '$1');
		});
	}

	#read(text: string, name: string, keys: readonly string[]): string {
		if (keys.length > 0) return text.replace(new RegExp(`\\b${name}\\b`, 'g'), () => this.#field(keys));
		const pattern = new RegExp(
			`\\b${name}(?:\\[(['"])([^'"]+)\\1\\]|\\.get\\((['"])([^'"]+)\\3\\)|\\.(?!get\\b)(\\w+))`,
			'g',
		);
		return text.replace(pattern, (_, __, item, ___, got, field) => this.#field([item ?? got ?? field]));
	}

	#field(keys: readonly string[]): string {
		const text = JSON.stringify(keys);
		if (!this.fields.some(known => JSON.stringify(known) === text)) this.fields.push([...keys]);
		return `stream_slice.extra_fields${keys.map(key => `['${key}']`).join('')}`;
	}
}
