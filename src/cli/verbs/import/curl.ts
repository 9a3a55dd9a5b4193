/** Converts a curl command to a config, printed or written with its secrets. */
import {text as textOf} from 'node:stream/consumers';
import {looked, save, tell, written} from '../../project.ts';
import type {Log} from '../../terminal/log.ts';
import {print} from '../../terminal/print.ts';

export interface CurlArguments {
	/** A folder, or `-` for stdout. */
	readonly output: string;
	readonly name?: string | undefined;
	readonly live?: boolean | undefined;
	readonly envFile?: string | undefined;
}

export async function importCurl(
	what: string,
	{output, name, live = false, envFile}: CurlArguments,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const engine = await import('../../imports/starting.ts');
	const isFolder = output !== '-';
	if (isFolder) await engine.refuseConfig(output);
	const command = what === '-' ? await textOf(process.stdin) : what;
	const request = engine.withAuth(engine.fromTheBeginning(engine.requestOfCurl(command)));
	const hints = {...(name !== undefined && {name})};
	const folder = isFolder ? output : '.';
	const beginning = {request, hints, folder, by: 'sluice import', pages: live ? 3 : 0, envFile};
	if (isFolder) {
		const names = engine.configOfRequest(request, hints).secrets.map(each => each.name);
		await engine.refuseSecrets(output, names);
	}
	const made = await looked(beginning, engine, log, signal);
	const files = await written(made, beginning, engine);
	tell(made, files.draft, log);
	if (isFolder) return save(made, files, beginning, engine, log, signal);
	await print(files.text);
	const secrets = made.config.secrets.map(each => each.name);
	if (secrets.length > 0)
		log.warn(
			`the secrets of the command are not printed: put ${secrets.join(' and ')} into secrets.toml, or ` +
				'write both files with --output FOLDER',
		);
}
