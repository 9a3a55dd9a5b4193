/**
 * Spans and metrics of OpenTelemetry from the events of a run, by `@opentelemetry/api`: the spans of the run,
 * its resources, their requests and their commits.
 */
import type {Context, Counter, Histogram, Span} from '@opentelemetry/api';
import {messageOf} from '../../core/stage.ts';
import type {RequestEvent} from '../../http/events.ts';
import type {RunEvent} from '../../run/events.ts';

export type Api = Pick<typeof import('@opentelemetry/api'), 'context' | 'metrics' | 'SpanKind' | 'trace'>;

const NAME = 'sluice';
// `SpanStatusCode.ERROR` of the API: an enum is not part of a type.
const ERROR = 2;

interface Open {
	readonly span: Span;
	readonly context: Context;
}

export class Traces {
	private readonly api: Api;
	private readonly tracer: ReturnType<Api['trace']['getTracer']>;
	private readonly requests: Histogram;
	private readonly rows: Counter;
	private readonly retries: Counter;
	private run: Open | undefined;
	private readonly resources = new Map<string, Open>();

	constructor(api: Api) {
		const meter = api.metrics.getMeter(NAME);
		this.api = api;
		this.tracer = api.trace.getTracer(NAME);
		this.requests = meter.createHistogram('sluice.request.duration', {unit: 's'});
		this.rows = meter.createCounter('sluice.rows', {unit: '{row}'});
		this.retries = meter.createCounter('sluice.retries', {unit: '{request}'});
	}

	readonly onEvent = (event: RunEvent): void => {
		switch (event.type) {
			case 'run-start':
				this.run = this.open('sluice run', {'sluice.resources': [...event.resources]});
				break;
			case 'resource-start':
				this.resourceOf(event.resource).span.setAttribute('sluice.start', event.start);
				break;
			case 'request':
				this.request(event);
				break;
			case 'retry':
				this.retries.add(1, {'sluice.resource': event.label ?? ''});
				break;
			case 'page':
				this.rows.add(event.rows, {'sluice.resource': event.resource});
				break;
			case 'commit':
				this.tracer
					.startSpan(
						'commit',
						{
							attributes: {
								'sluice.resource': event.resource,
								'sluice.version': event.version,
								'sluice.pages': event.pages,
								'sluice.last': event.isLast,
							},
						},
						this.resourceOf(event.resource).context,
					)
					.end();
				break;
			case 'warning':
				this.resources.get(event.resource)?.span.addEvent('warning', {
					'sluice.code': event.code,
					'sluice.message': event.message,
				});
				break;
			case 'resource-end': {
				const {span} = this.resourceOf(event.resource);
				if (event.ok) span.setAttribute('sluice.rows', event.summary.written);
				else span.setStatus({code: ERROR, message: messageOf(event.error)});
				span.end();
				this.resources.delete(event.resource);
				break;
			}
		}
	};

	/** Ends all spans; `error` is what interrupted the run. */
	end(error?: unknown): void {
		for (const {span} of this.resources.values()) span.end();
		this.resources.clear();
		if (error !== undefined) this.run?.span.setStatus({code: ERROR, message: messageOf(error)});
		this.run?.span.end();
		this.run = undefined;
	}

	private request({label = '', method, url, attempt, status, bytes, durationMs, error}: RequestEvent): void {
		const {api, tracer} = this;
		const endMs = Date.now();
		const attributes = {
			'http.request.method': method,
			'url.full': url,
			'http.request.resend_count': attempt - 1,
			'http.response.body.size': bytes,
			'sluice.resource': label,
			...(status !== undefined && {'http.response.status_code': status}),
		};
		const around = label === '' ? this.run?.context : this.resourceOf(label).context;
		const startTime = endMs - durationMs;
		const span = tracer.startSpan(method, {kind: api.SpanKind.CLIENT, startTime, attributes}, around);
		if (error !== undefined) span.setStatus({code: ERROR, message: error});
		span.end(endMs);
		this.requests.record(durationMs / 1000, {
			'http.request.method': method,
			'sluice.resource': label,
			...(status !== undefined && {'http.response.status_code': status}),
		});
	}

	// Requests of a parent that no dataset gets have a span of their own.
	private resourceOf(name: string): Open {
		const known = this.resources.get(name);
		if (known) return known;
		const opened = this.open(name, {'sluice.resource': name}, this.run?.context);
		this.resources.set(name, opened);
		return opened;
	}

	private open(name: string, attributes: Record<string, string | string[]>, around?: Context): Open {
		const {context, trace} = this.api;
		const parent = around ?? context.active();
		const span = this.tracer.startSpan(name, {attributes}, parent);
		return {span, context: trace.setSpan(parent, span)};
	}
}
