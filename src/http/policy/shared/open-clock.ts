/** Opens the shared clock that an address names. The client package is an optional peer. */
import {ConfigError} from '../../../core/errors.ts';
import {Secret} from '../../../core/secret.ts';
import {messageOf} from '../../../core/stage.ts';
import {postgresClock} from './postgres-clock.ts';
import {redisClock} from './redis-clock.ts';
import type {SharedClock, SharedClockOptions} from './shared-clock.ts';

type Open = (options: SharedClockOptions) => Promise<SharedClock>;

const openRedis: Open = async options => {
	const {Redis} = await packageFor<typeof import('ioredis')>('ioredis', options.url);
	return redisClock(Redis, options);
};

const openPostgres: Open = async options => {
	const loaded = await packageFor<typeof import('pg')>('pg', options.url);
	return postgresClock((loaded.default ?? loaded).Client, options);
};

const stores: Readonly<Record<string, Open>> = {
	'redis:': openRedis,
	'rediss:': openRedis,
	'postgres:': openPostgres,
	'postgresql:': openPostgres,
};

/** The reason why an address names no store; `undefined` if it names one. */
export function sharedProblem(url: string): string | undefined {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	if (Object.hasOwn(stores, protocol)) return undefined;
	return `expected redis://host or postgres://user@host/database, got ${JSON.stringify(shownStore(url))}`;
}

export function openSharedClock(options: SharedClockOptions): Promise<SharedClock> {
	const open = stores[new URL(options.url).protocol];
	if (!open) throw new ConfigError(`rateLimit.shared: ${sharedProblem(options.url)}`);
	return open(options);
}

/** The address without its password, which no message shows from here on. */
export function shownStore(url: string): string {
	if (!URL.canParse(url)) return url;
	const shown = new URL(url);
	if (shown.password === '') return url;
	new Secret(decodeURIComponent(shown.password));
	shown.password = '***';
	return shown.href;
}

// The name is no constant of an import: a bundler would demand packages that nobody needs.
async function packageFor<T>(name: string, url: string): Promise<T> {
	try {
		return await import(name);
	} catch (error) {
		throw new ConfigError(
			`rate_limit.shared ${shownStore(url)} needs a package: npm install ${name} (${messageOf(error)})`,
		);
	}
}
