/** The figures of a run as text of Prometheus, for a file that its node exporter or a gateway reads. */
import type {RunEvent} from '../../run/events.ts';

interface Family {
	readonly help: string;
	readonly type: 'counter' | 'gauge';
	readonly series: Map<string, number>;
}

type Labels = Readonly<Record<string, string>>;

const families = {
	requests: ['sluice_requests_total', 'counter', 'Requests by status; none: no answer came.'],
	requestSeconds: ['sluice_request_seconds_total', 'counter', 'Seconds that requests took together.'],
	bytes: ['sluice_bytes_read_total', 'counter', 'Bytes of bodies on the wire.'],
	retries: ['sluice_retries_total', 'counter', 'Requests that were sent again.'],
	waited: ['sluice_wait_seconds_total', 'counter', 'Seconds that requests waited for a rate limit.'],
	rows: ['sluice_rows_total', 'counter', 'Rows that came to the dataset.'],
	rejected: ['sluice_rejected_rows_total', 'counter', 'Rows that were refused.'],
	commits: ['sluice_commits_total', 'counter', 'Commits of the dataset.'],
	warnings: ['sluice_warnings_total', 'counter', 'Warnings by code.'],
	success: ['sluice_resource_success', 'gauge', '1 if the resource was read to its end, 0 if it failed.'],
	runSeconds: ['sluice_run_seconds', 'gauge', 'Seconds since the start of the run.'],
	runSuccess: ['sluice_run_success', 'gauge', '1 if no resource failed; absent while the run goes on.'],
	ended: ['sluice_run_end_timestamp_seconds', 'gauge', 'When the run ended.'],
} as const;

/** The most series of one metric. Further ones are counted as `other`. */
const MOST_SERIES = 1000;

export class Metrics {
	private readonly byName = new Map<string, Family>();
	private readonly began = performance.now();
	private failed = 0;

	readonly onEvent = (event: RunEvent): void => {
		switch (event.type) {
			case 'request': {
				const of = {resource: event.label ?? ''};
				this.add('requests', {...of, status: String(event.status ?? 'none')}, 1);
				this.add('requestSeconds', of, event.durationMs / 1000);
				this.add('bytes', of, event.bytes);
				break;
			}
			case 'retry':
				this.add('retries', {resource: event.label ?? ''}, 1);
				break;
			case 'wait':
				this.add('waited', {resource: event.label ?? '', limit: event.limit}, event.waitMs / 1000);
				break;
			case 'page':
				this.add('rows', {resource: event.resource}, event.rows);
				if (event.rejected > 0) this.add('rejected', {resource: event.resource}, event.rejected);
				break;
			case 'commit':
				this.add('commits', {resource: event.resource}, 1);
				break;
			case 'warning':
				this.add('warnings', {resource: event.resource, code: event.code}, 1);
				break;
			case 'resource-end':
				if (!event.ok) this.failed++;
				this.put('success', {resource: event.resource}, event.ok ? 1 : 0);
				break;
		}
	};

	/** `isOver`: the run has ended, by an error if `hasFailed`. */
	text({isOver = false, hasFailed = false} = {}): string {
		this.put('runSeconds', {}, (performance.now() - this.began) / 1000);
		if (isOver) {
			this.put('runSuccess', {}, hasFailed || this.failed > 0 ? 0 : 1);
			this.put('ended', {}, Date.now() / 1000);
		}
		const lines: string[] = [];
		for (const [name, {help, type, series}] of this.byName) {
			lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
			for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
		}
		return `${lines.join('\n')}\n`;
	}

	private add(metric: keyof typeof families, labels: Labels, value: number): void {
		const {series, key} = this.seriesOf(metric, labels);
		series.set(key, (series.get(key) ?? 0) + value);
	}

	private put(metric: keyof typeof families, labels: Labels, value: number): void {
		const {series, key} = this.seriesOf(metric, labels);
		series.set(key, value);
	}

	private seriesOf(
		metric: keyof typeof families,
		labels: Labels,
	): {series: Map<string, number>; key: string} {
		const [name, type, help] = families[metric];
		const family = this.byName.get(name) ?? {help, type, series: new Map<string, number>()};
		this.byName.set(name, family);
		const {series} = family;
		const key = labelText(labels);
		if (series.has(key) || series.size < MOST_SERIES) return {series, key};
		return {series, key: labelText(Object.fromEntries(Object.keys(labels).map(each => [each, 'other'])))};
	}
}

function labelText(labels: Labels): string {
	const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
	return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(text: string): string {
	return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
