/** `read --state FILE`: how far resources have been read, in one JSON file. */
import {readFile} from 'node:fs/promises';
import type {Transform} from 'node:stream';
import {writeFileWhole} from '../../../sinks/output/write-whole.ts';
import {StateError} from '../../core/errors.ts';
import {type JsonObject, stringify, tryParse} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {messageOf, transform} from '../../core/stage.ts';
import {applyPatch} from '../../core/state-patch.ts';

const FORMAT = 1;

export interface StateFile {
	/** The stored state of the resource. */
	readonly state: JsonObject;
	/** A stage before the sink, which adds up the changes of the pages. */
	readonly stage: Transform;
	/**
	 * Call it once the sink is durable. The states of other resources are read from the file at that time, and
	 * do not change.
	 */
	save(): Promise<void>;
}

export async function stateFile(path: string, resource: string): Promise<StateFile> {
	const stored = await read(path);
	const state = ownValue(stored, resource) ?? {};
	let sum = state;
	return {
		state,
		stage: transform('state', {
			page(page) {
				if (page.state) sum = applyPatch(sum, page.state);
				return page;
			},
		}),
		async save() {
			await write(path, {...(await read(path)), [resource]: sum});
		},
	};
}

async function read(path: string): Promise<{[resource: string]: JsonObject}> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
		throw new StateError(`the state in ${path} cannot be read: ${messageOf(error)}`, {cause: error});
	}
	const content = tryParse(text);
	const {sluice_state: format, resources} = isObject(content) ? content : {};
	if (format !== FORMAT || !isObject(resources) || !Object.values(resources).every(isObject))
		throw new StateError(
			`${path} is not a state file of this version of sluice; name another one, or remove it to begin anew`,
		);
	return resources as {[resource: string]: JsonObject};
}

async function write(path: string, resources: {[resource: string]: JsonObject}): Promise<void> {
	try {
		await writeFileWhole(path, `${stringify({sluice_state: FORMAT, resources})}\n`, {mode: 0o600});
	} catch (error) {
		throw new StateError(
			`the state cannot be kept in ${path}: ${messageOf(error)}. The next read will bring the same rows ` +
				'again',
			{
				cause: error,
			},
		);
	}
}
