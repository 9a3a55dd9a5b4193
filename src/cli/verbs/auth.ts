import {dirname} from 'node:path';
import type {SignIn} from '../../config/auth/sign-in.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {LoadedConfig} from '../../config/load/load.ts';
import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import type {Sender} from '../../http/auth/oauth/oauth2-client.ts';
import type {CodeToType} from '../../http/auth/sign-in/by-code.ts';
import {OutOfTimeError} from '../../run/errors.ts';
import {notGranted} from '../granted.ts';
import {exitCodes} from '../terminal/exit-codes.ts';
import {table} from '../terminal/format.ts';
import {type Log, logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {type ConfigArguments, configOptions, durationOf, verb} from '../verb.ts';

const actions = ['login', 'status', 'logout'];
const FIVE_MINUTES_MS = 300_000;

export const auth = verb({
	name: 'auth',
	command: 'auth <action> [name]',
	describe: 'Sign in for a refresh token, see who is signed in, sign out',
	input: 'config',
	words: actions,
	options: parser =>
		configOptions(
			parser
				.positional('action', {type: 'string', demandOption: true, describe: 'login, status or logout'})
				.positional('name', {
					type: 'string',
					describe: 'Whose auth: client, or a resource [default: the only one]',
				})
				.option('device', {type: 'boolean', describe: 'Sign in on another device, by a code'})
				.option('no-browser', {type: 'boolean', describe: 'Print the link, and open no browser'})
				.option('timeout', {
					...durationOf('timeout'),
					describe: 'How long to wait for the person [default: 5m]',
				}),
		)
			.example('$0 auth login', '')
			.example('$0 auth login --device', 'where there is no browser')
			.example('$0 auth status && sluice run', ''),
	async handler(
		{action, name, device = false, noBrowser = false, timeout = FIVE_MINUTES_MS, ...args},
		signal,
	) {
		const log = logger(args);
		if (action === 'login') return login({...args, name, device, noBrowser, timeout}, log, signal);
		if (action === 'status') return status(args, name);
		if (action === 'logout') return logout({...args, name}, log, signal);
		throw new ConfigError(
			`auth knows ${actions.join(', ')}; got ${JSON.stringify(action)}${didYouMean(action, actions)}`,
		);
	},
});

interface Named extends ConfigArguments {
	readonly name: string | undefined;
}

interface LoginArguments extends Named {
	readonly device: boolean;
	readonly noBrowser: boolean;
	readonly timeout: number;
}

async function login(
	{name, device, noBrowser, timeout, ...args}: LoginArguments,
	log: Log,
	interrupt: AbortSignal,
): Promise<void> {
	const {openConfig, Resources, signIns, openBrowser, refreshTokenOf, shortPath} = await import(
		'../imports/signing-in.ts'
	);
	const config = await openConfig(args);
	const resources = new Resources(config).all;
	const found = await signIns(config.config, resources, dirname(config.path));
	const one = only(found, name, {config, resources});
	const who = userOf(one);
	if (device && !one.byCode)
		throw new ConfigError(`${who}: --device needs device_authorization_url`, config.name);
	const late = deadline(timeout);
	const signal = AbortSignal.any([interrupt, late.signal]);
	const keep: Parameters<NonNullable<SignIn['byCode']>>[0]['keep'] = async answer => {
		const got = refreshTokenOf(answer);
		if (!got) throw new TypeError('a sign-in without a refresh token');
		await one.file.alone(() => one.file.save(got.token, got.expiresAt), signal);
		const missing = notGranted(one.scopes, answer.scope);
		if (missing.length > 0)
			log.warn(`${who}: ${plural(missing.length, 'scope')} not granted: ${missing.join(', ')}`);
	};
	try {
		await withSender(config, log, signal, async sender => {
			if (one.byBrowser && !device)
				await one.byBrowser({
					...sender,
					keep,
					async show({url, redirectUri}) {
						const isOpen = !noBrowser && (await openBrowser(url));
						const opened = isOpen ? 'A browser opens. If it does not, sign' : 'Sign';
						log.ask(
							`${opened} in at this address; the answer comes to ${redirectUri} on this machine:\n\n${url}\n`,
							{
								url,
								redirectUri,
							},
						);
					},
				});
			else await one.byCode?.({...sender, keep, show: code => tellCode(code, log)});
		});
	} finally {
		late.end();
	}
	const file = shortPath(one.file.path, '.');
	log.info(`${who}: signed in; the refresh token is in ${file}`);
	log.event('done', {auth: who, file});
}

function tellCode({url, code, completeUrl, lifeMs}: CodeToType, log: Log): void {
	const isEndless = lifeMs === Number.POSITIVE_INFINITY;
	const until = isEndless ? '' : `, within ${Math.max(1, Math.round(lifeMs / 60_000))} min`;
	const straight =
		completeUrl === undefined || completeUrl === url ? '' : `\nOr go straight to ${completeUrl}`;
	log.ask(`On any device, open ${url} and type in this code${until}:\n\n${code}\n${straight}`.trimEnd(), {
		url,
		code,
		...(completeUrl !== undefined && {completeUrl}),
		...(!isEndless && {expiresInMs: lifeMs}),
	});
}

async function status(args: ConfigArguments, name: string | undefined): Promise<void> {
	const {openConfig, Resources, signIns, shortPath} = await import('../imports/signing-in.ts');
	const config = await openConfig(args);
	const resources = new Resources(config).all;
	const found = await signIns(config.config, resources, dirname(config.path));
	const all = named(found, name, {config, resources});
	const rows: string[][] = [];
	for (const one of all) {
		const kept = await one.file.look();
		const isOver = kept?.expiresAt !== undefined && Date.parse(kept.expiresAt) <= Date.now();
		const since = kept ? (kept.savedAt ?? 'there') : one.isGiven ? 'refresh_token of the config' : 'none';
		const until = kept ? (kept.expiresAt ?? 'not stated') : '';
		rows.push([userOf(one), since, isOver ? `${until} (over)` : until, shortPath(one.file.path, '.')]);
		if (isOver || (!kept && !one.isGiven)) process.exitCode = exitCodes.failed;
	}
	await print(`${table(['auth', 'newest token', 'until', 'file'], rows)}\n`);
}

async function logout({name, ...args}: Named, log: Log, signal: AbortSignal): Promise<void> {
	const {openConfig, Resources, signIns, shortPath} = await import('../imports/signing-in.ts');
	const config = await openConfig(args);
	const resources = new Resources(config).all;
	const found = await signIns(config.config, resources, dirname(config.path));
	const one = only(found, name, {config, resources});
	const {file, revoke} = one;
	const path = shortPath(file.path, '.');
	await withSender(config, log, signal, sender =>
		file.alone(async () => {
			const kept = revoke && (await file.look());
			// Revoked first: once a token is removed here, it can no longer be revoked.
			if (kept) await revoke(kept.token, sender);
			const wasThere = await file.remove();
			const ended = kept ? ', and ended at the server' : '';
			log.info(
				`${userOf(one)}: ${wasThere ? `signed out; ${path} is removed${ended}` : 'nobody is signed in'}`,
			);
			if (one.isGiven) log.info('runs begin with the refresh_token of the config again');
		}, signal),
	);
}

interface Project {
	readonly config: LoadedConfig;
	readonly resources: readonly ResolvedResource[];
}

/** The sign-in with this name, or the only one. */
function only(all: readonly SignIn[], name: string | undefined, project: Project): SignIn {
	const [first, ...others] = named(all, name, project);
	if (first && others.length === 0) return first;
	const names = all.map(userOf).join(', ');
	throw new ConfigError(
		name === undefined
			? `several can sign in; name one of them: ${names}`
			: `${name} has several auths to sign in for; give each a resource of its own`,
		project.config.name,
	);
}

function named(
	all: readonly SignIn[],
	name: string | undefined,
	{config, resources}: Project,
): readonly SignIn[] {
	if (all.length === 0)
		throw new ConfigError(
			'nobody can sign in here: give an auth of type oauth2_refresh_token its authorization_url or ' +
				'device_authorization_url, and a refresh_token_file',
			config.name,
		);
	if (name === undefined) return all;
	const found = all.filter(({users}) => users.includes(name));
	if (found.length > 0) return found;
	const known = [...new Set(all.flatMap(({users}) => users))];
	const isThere = name === 'client' || resources.some(resource => resource.name === name);
	const what = isThere ? `${name} has no auth to sign in for` : `no resource ${JSON.stringify(name)}`;
	throw new ConfigError(`${what}${didYouMean(name, known)}; there are: ${known.join(', ')}`, config.name);
}

function userOf({users}: SignIn): string {
	return users.includes('client') ? 'client' : users.join(', ');
}

/** Provides the client of the config with its proxies, certificates and retries. */
async function withSender(
	loaded: LoadedConfig,
	log: Log,
	signal: AbortSignal,
	work: (sender: Sender) => Promise<void>,
): Promise<void> {
	const {connectFor} = await import('../imports/signing-in.ts');
	// The repeated requests while the user signs in do not count as reading.
	const client = {...loaded.config.client, max_requests: null};
	const unbounded = {...loaded, config: {...loaded.config, client}};
	const {client: lent, close} = connectFor(unbounded, log, {signal});
	try {
		await work({fetch: (request, until = signal) => lent.fetchPlain(request, until), signal});
	} finally {
		await close();
	}
}

function deadline(ms: number): {readonly signal: AbortSignal; end(): void} {
	const controller = new AbortController();
	const error = new OutOfTimeError(
		ms,
		'nobody has signed in. Run it again, or give it longer: --timeout 15m',
	);
	const timer = setTimeout(() => controller.abort(error), ms);
	return {signal: controller.signal, end: () => clearTimeout(timer)};
}
