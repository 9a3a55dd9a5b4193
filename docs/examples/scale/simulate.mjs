// How long a run takes on several machines, by a simulation of its requests: node simulate.mjs [name=value …]
// Requests start when a slot of a process and a place of the shared limit are free. The commit follows.
const defaults = {
	rows: 1e9, // of all resources
	page: 1000, // rows in a page
	latency: 0.2, // seconds of a request
	spread: 0.5, // of the latency, at random to both sides
	limit: 0, // requests a second that the API allows; 0: no limit
	machines: 10,
	processes: 4, // of each machine
	concurrency: 1, // requests of one process at once
	part: 100, // requests in a part
	overhead: 0.5, // seconds that a process of a part takes to start
	lost: 0.001, // share of the parts that are read twice, as their process dies
	commit: 60_000, // rows a second of the commit, which one process does
	seed: 1,
};

export function simulate(given = {}) {
	const o = {...defaults, ...given};
	const requests = Math.ceil(o.rows / o.page);
	// A scale model: more requests than that change nothing but the time of the simulation.
	const shown = Math.min(requests, 200_000);
	const workers = o.machines * o.processes;
	let seed = o.seed;
	const random = () => {
		seed = (seed * 1664525 + 1013904223) % 2 ** 32;
		return seed / 2 ** 32;
	};
	const interval = o.limit > 0 ? 1.03 / o.limit : 0;
	let place = 0;
	let left = Math.ceil(shown / o.part);
	let sent = 0;
	let end = 0;
	// The times at which processes are free, earliest first by a linear search: they are few.
	const processes = Array.from({length: workers}, () => ({at: 0, requests: 0}));
	for (;;) {
		let next;
		for (const each of processes)
			if ((each.requests > 0 || left > 0) && (!next || each.at < next.at)) next = each;
		if (!next) break;
		if (next.requests === 0) {
			left -= 1;
			const times = random() < o.lost ? 2 : 1;
			next.requests = times * o.part;
			next.at += o.overhead;
			continue;
		}
		const batch = Math.min(o.concurrency, next.requests);
		let done = next.at;
		for (let i = 0; i < batch; i++) {
			place = Math.max(place, next.at) + interval;
			const start = interval > 0 ? place - interval : next.at;
			done = Math.max(done, start + o.latency * (1 + o.spread * (2 * random() - 1)));
			sent++;
		}
		next.requests -= batch;
		next.at = done;
		end = Math.max(end, done);
	}
	const scale = requests / shown;
	const reading = end * scale;
	const commit = o.rows / o.commit;
	const alone = requests * Math.max(o.latency, interval);
	return {
		requests,
		'requests/s': sent / end,
		'hours of reading': reading / 3600,
		'hours of the commit': commit / 3600,
		'hours in all': (reading + commit) / 3600,
		'hours of one process, one request at a time': (alone + commit) / 3600,
	};
}

if (process.argv[1] === import.meta.filename) {
	const given = Object.fromEntries(
		process.argv
			.slice(2)
			.map(word => word.split('='))
			.map(([k, v]) => [k, Number(v)]),
	);
	const unknown = Object.keys(given).filter(name => !(name in defaults));
	if (unknown.length > 0)
		throw new Error(`no such value: ${unknown.join(', ')}; there are ${Object.keys(defaults).join(', ')}`);
	for (const [name, value] of Object.entries(simulate(given)))
		process.stdout.write(`${name.padEnd(46)}${value.toLocaleString('en', {maximumFractionDigits: 2})}\n`);
}
