import {bundledMain, workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';
import {dice as diceOf} from '../dice.ts';
import {makeApi} from './api.ts';
import {Player} from './player.ts';
import {openReader} from './reader.ts';
import {castOf} from './scene.ts';
export interface Played {
	readonly runs: number;
	readonly kills: number;
	/** Runs in which a resource was refused. */
	readonly refusals: number;
	/** Times that a reader saw a whole table. */
	readonly reads: number;
}

/** Plays the sequence of a seed. Throws, with all that was done, where a reader would have found something else. */
export async function playSequence(seed: number): Promise<Played> {
	const said: string[] = [];
	const dice = diceOf(seed);
	const cast = castOf(dice);
	const api = makeApi(cast.isShared && dice.chance(0.3));
	const server = await startServer(api.routes);
	const reader = await openReader();
	await using place = await workspace({}, {main: bundledMain});
	try {
		const player = new Player({cast, api, url: server.url, place, reader, dice, said});
		await player.play(3 + dice.below(5));
		return player.played;
	} catch (error) {
		throw new Error(`seed ${seed}: ${JSON.stringify(cast)}\n${said.join('\n')}\n${String(error)}`, {
			cause: error,
		});
	} finally {
		reader.close();
		await server.close();
	}
}
