/** The page about a run: one file, which loads nothing and runs only its own script. */
import {createHash} from 'node:crypto';
import {formatCount, formatSeconds, plural} from '../../core/quantity.ts';
import {script, style} from '../assets.ts';
import type {RunRecord} from '../record.ts';
import {chartData} from './chart-data.ts';
import {Html, html, inScript} from './html.ts';
import {
	driftSection,
	filesSection,
	rejectsSection,
	resourcesSection,
	retriesSection,
	statusesSection,
	waitsSection,
	warningsSection,
} from './sections.ts';

/** `resolved` is the config as YAML. */
export function reportPage(record: RunRecord, resolved: string | undefined): string {
	const title = `Sluice: ${record.config}`;
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${record.config}</h1>
<p><span class="state ${record.outcome.replace(' ', '-')}">${record.outcome}</span>
<time datetime="${record.startedAt}">${record.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time></p>
${record.error === undefined ? undefined : html`<p class="error">${record.error}</p>`}
</header>
<main>
${figures(record)}
${chart('requests-chart', 'Requests over time, by status, and how many waited')}
${chart('rows-chart', 'Rows per second')}
${chart('latency-chart', 'How long requests took')}
${latencyLine(record)}
<noscript><p class="none">The charts need JavaScript; the tables have all figures.</p></noscript>
${resourcesSection(record)}
${statusesSection(record)}
${retriesSection(record)}
${waitsSection(record)}
${rejectsSection(record)}
${warningsSection(record)}
${driftSection(record)}
${filesSection(record)}
${configSection(resolved)}
</main>
<script type="application/json" id="data">${inScript(chartData(record))}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

// The content security policy with the hashes of the script and the style: no other code runs, and nothing is
// loaded.
function policy(): string {
	const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
	return [
		"default-src 'none'",
		`script-src ${hash(script)}`,
		`style-src ${hash(style)}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
}

function figures({resources, retries, waits, rejects, files, cost, seconds: time}: RunRecord): Html {
	const total = (name: 'written' | 'requests' | 'rejected'): number =>
		resources.items.reduce((sum, {counts}) => sum + counts[name], 0);
	const rows = total('written');
	const waited = [...retries.items, ...waits.items].reduce((sum, {waitMs}) => sum + waitMs, 0);
	const retried = retries.items.reduce((sum, {times}) => sum + times, 0);
	const refused = rejects.items.reduce((sum, item) => sum + item.rows, 0);
	const all: [id: string, name: string, value: string][] = [
		['time', 'time', formatSeconds(time)],
		['rows', 'rows', formatCount(rows)],
		['speed', 'rows/s', formatCount(rows / Math.max(time, 0.001))],
		['requests', 'requests', formatCount(total('requests'))],
		...(cost
			? [['request-time', 'time of requests', formatSeconds(cost.seconds)] as [string, string, string]]
			: []),
		['retried', 'retries', formatCount(retried)],
		['waited', 'waited', formatSeconds(waited / 1000)],
		['rejected', 'rejected', formatCount(refused)],
		['files', 'files', formatCount(files.items.length + files.more)],
	];
	const items = all.map(
		([id, name, value]) => html`<div><dt>${name}</dt><dd id="total-${id}">${value}</dd></div>`,
	);
	return html`<dl class="figures">${items}</dl>`;
}

function chart(id: string, title: string): Html {
	return html`<figure id="${id}"><h2>${title}</h2><div class="chart"></div><figcaption></figcaption></figure>`;
}

function latencyLine({latency: {median, p90, p99, longest}}: RunRecord): Html | undefined {
	if (median === undefined) return undefined;
	const ms = (value = 0): string => `${formatCount(value)} ms`;
	return html`<p id="latency">Half of the requests took at most <b>${ms(median)}</b>, 90 % at most <b>${ms(p90)}</b>, 99 % at most <b>${ms(p99)}</b>; the longest <b>${ms(longest)}</b>.</p>`;
}

function configSection(resolved: string | undefined): Html {
	const shown =
		resolved === undefined
			? html`<p class="none">The config is not here: it is too long. Run sluice show.</p>`
			: html`<details><summary>${plural(resolved.trimEnd().split('\n').length, 'line')}, secrets as ***</summary><pre>${resolved}</pre></details>`;
	return html`<section id="config"><h2>Config</h2>${shown}</section>`;
}
