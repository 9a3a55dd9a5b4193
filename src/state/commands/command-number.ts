/** Numbers the commands that write below one root, so that their order does not depend on a clock. */
import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {ignoreCodes, replaceFile} from '../../core/files/durable.ts';
import type {Layout} from '../folders/layout.ts';
import {makeOwnFolder, storeOf} from '../folders/own-folders.ts';

const form = /^([0-9a-f]{8}):([1-9]\d{0,14})$/;

/** `3f9c01ab:12`. Another root, or one whose numbers were lost, has another word before the number. */
export async function nextNumber(root: Pick<Layout, 'root'>, pid: number): Promise<string> {
	const top = storeOf(root);
	const folder = join(top, 'runs');
	const path = join(folder, 'number');
	const text = await readFile(path, 'utf8').catch(error => ignoreCodes(error, 'ENOENT') ?? '');
	const [, word = randomBytes(4).toString('hex'), last = '0'] = form.exec(text) ?? [];
	const next = `${word}:${Number(last) + 1}`;
	await makeOwnFolder(top, folder);
	await replaceFile(path, next, `${path}.${pid}.part`);
	return next;
}

/** Whether a command is `first` itself, or came later. */
export function isSince(number: string | undefined, first: string): boolean {
	const [, word, count] = form.exec(number ?? '') ?? [];
	const [, firstWord, firstCount] = form.exec(first) ?? [];
	return word !== undefined && word === firstWord && Number(count) >= Number(firstCount);
}
