// Makes docs/terminal/terminal.svg: the commands below are run against the demo API, and what they print appears
// line by line. `npm run docs:terminal` records it anew.
import {fork, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../..');
const commands = [
	'export API_KEY=demo-key-1234',
	'sluice preview http://127.0.0.1:8080/v1/teams --auth key:query:api_key:API_KEY --limit 2',
	'sluice init http://127.0.0.1:8080/v1/contacts --auth key:query:api_key:API_KEY --yes',
	'sluice run',
	'sluice ls',
];
const COLUMNS = 110;
const LINE_PX = 18;
const CHARACTER_PX = 8.4;
const PADDING_PX = 16;
/** Seconds for a typed command, for a line of output, and before the next command. */
const TIMES = {command: 0.9, line: 0.12, rest: 1.6};

async function outputOf(command, folder) {
	const sluice = `sluice() { '${process.execPath}' '${join(root, 'dist/src/cli/main.js')}' "$@"; }`;
	const env = {PATH: process.env.PATH, HOME: folder, API_KEY: 'demo-key-1234'};
	const child = spawn('bash', ['-c', `${sluice}; ${command} 2>&1`], {cwd: folder, env});
	const chunks = [];
	child.stdout.on('data', chunk => chunks.push(chunk));
	const [code] = await once(child, 'close');
	if (code !== 0) throw new Error(`${command} ended with ${code}: ${Buffer.concat(chunks)}`);
	return Buffer.concat(chunks).toString().trimEnd().split('\n').filter(Boolean);
}

const escaped = text => text.replace(/[&<>]/g, sign => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[sign]);
const cut = text => (text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text);

function svgOf(lines) {
	const width = Math.ceil(COLUMNS * CHARACTER_PX + 2 * PADDING_PX);
	const height = lines.length * LINE_PX + 2 * PADDING_PX;
	const texts = lines.map(({text, at, isCommand}, i) => {
		const y = PADDING_PX + (i + 0.75) * LINE_PX;
		const style = `animation-delay:${at.toFixed(2)}s`;
		const color = isCommand ? ' class="command"' : '';
		return `<text x="${PADDING_PX}" y="${y}"${color} style="${style}">${escaped(cut(text))}</text>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img"
	aria-label="A terminal: preview, init, run and ls against the demo API">
<style>
text {font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #d0d4dc; white-space: pre; opacity: 0;
	animation: appear 0.1s forwards}
.command {fill: #8fd694}
@keyframes appear {to {opacity: 1}}
@media (prefers-reduced-motion: reduce) {text {animation: none; opacity: 1}}
</style>
<rect width="100%" height="100%" rx="8" fill="#1b1f27"/>
${texts.join('\n')}
</svg>
`;
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-terminal-'));
const api = fork(join(root, 'fixtures/demo/api.js'), ['--port', '8080'], {
	stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
try {
	await once(api, 'message');
	const lines = [];
	let at = 0.5;
	for (const command of commands) {
		lines.push({text: `$ ${command}`, at, isCommand: true});
		at += TIMES.command;
		for (const text of await outputOf(command, folder)) {
			lines.push({text, at});
			at += TIMES.line;
		}
		at += TIMES.rest;
	}
	await writeFile(join(import.meta.dirname, 'terminal.svg'), svgOf(lines));
} finally {
	api.kill();
	await rm(folder, {recursive: true});
}
