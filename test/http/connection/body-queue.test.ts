import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {type BodyQueue, bodyQueue} from '../../../src/http/connection/body-queue.ts';

const KIB = 1024;

/** A connection that has these chunks to give, and gives them as long as it may. */
function sender(
	chunks: readonly Uint8Array[],
	{isWhole = true}: {isWhole?: boolean} = {},
): {body: BodyQueue; waiting: Uint8Array[]} {
	const waiting = [...chunks];
	let isOpen = true;
	const send = (): void => {
		for (let next = isOpen ? waiting.shift() : undefined; next; next = isOpen ? waiting.shift() : undefined)
			body.push(next);
		if (isOpen && waiting.length === 0 && isWhole) body.finish();
	};
	const body = bodyQueue({
		pause() {
			isOpen = false;
		},
		// As a connection does, which has read ahead: at once.
		resume() {
			isOpen = true;
			send();
		},
	});
	send();
	return {body, waiting};
}

function sizeOf(chunks: readonly Uint8Array[]): number {
	return chunks.reduce((sum, {length}) => sum + length, 0);
}

describe('inbox', () => {
	it('gives all bytes in their order, whatever their pieces and whatever the start that is gathered', async () => {
		const pieces = fc.array(fc.integer({min: 0, max: 40 * KIB}), {maxLength: 12});
		await fc.assert(
			fc.asyncProperty(pieces, fc.option(fc.integer({min: 0, max: 200 * KIB})), async (sizes, limit) => {
				const sent = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
				const {body} = sender(sent);
				const gathered = limit === null ? undefined : await body.gather(limit);
				if (limit !== null) assert.equal(gathered?.isAll, sizeOf(sent) <= limit);
				const rest: Uint8Array[] = [];
				for await (const chunk of body) rest.push(chunk);
				assert.deepEqual(Buffer.concat([...(gathered?.chunks ?? []), ...rest]), Buffer.concat(sent));
			}),
			{numRuns: 200},
		);
	});

	it('holds 64 KiB and one piece before anybody reads, and again after each piece that is read', async () => {
		const {body, waiting} = sender(Array.from({length: 20}, () => new Uint8Array(10 * KIB)));
		assert.equal(sizeOf(waiting), 200 * KIB - 70 * KIB);
		for (let i = 0; i < 8; i++) await body.next();
		assert.equal(sizeOf(waiting), 200 * KIB - 140 * KIB);
	});

	it('takes no more than what is to be gathered, and one piece', async () => {
		const {body, waiting} = sender(Array.from({length: 40}, () => new Uint8Array(10 * KIB)));
		const {chunks, isAll} = await body.gather(256 * KIB);
		assert.deepEqual([sizeOf(chunks), isAll, sizeOf(waiting)], [260 * KIB, false, 140 * KIB]);
	});

	it('hands an error to whoever waits, and to whoever comes after', async () => {
		const {body} = sender([Buffer.from('[1,')], {isWhole: false});
		const gathered = body.gather(KIB);
		const broken = new Error('cut off');
		body.fail(broken);
		await assert.rejects(gathered, broken);
		await assert.rejects(body.next(), broken);
	});

	it('takes no error once it is whole', async () => {
		const {body} = sender([Buffer.from('[1]')]);
		body.fail(new Error('too late'));
		const {chunks, isAll} = await body.gather(KIB);
		assert.deepEqual([Buffer.concat(chunks).toString(), isAll], ['[1]', true]);
	});

	it('drops what comes after its reader has left', async () => {
		const {body, waiting} = sender([Buffer.from('[1,'), Buffer.from('2]')], {isWhole: false});
		for await (const _ of body) break;
		body.push(Buffer.from('3'));
		assert.deepEqual([(await body.next()).done, waiting.length], [true, 0]);
	});
});
