/** Reads `${file:/run/secrets/token}`, a secret in a file of Docker or Kubernetes. */
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import {resolve} from 'node:path';

/** Far more than any key has, so that a large file at a wrong path is not read into memory. */
const MOST_BYTES = 64 * 1024;

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	ENOTDIR: 'there is no such file',
	EACCES: 'this user may not read it',
	EPERM: 'this user may not read it',
	EISDIR: 'it is a folder',
};

/**
 * The text of the file without its last line break, or the reason why it cannot be read. A relative path
 * starts at the folder of the config.
 */
export function readSecretFile(
	folder: string,
	path: string,
): {text: string} | {problem: string; isAbsent: boolean} {
	const file = resolve(folder, path);
	const refused = (problem: string, isAbsent = false) => ({
		problem: `cannot read ${file}: ${problem}`,
		isAbsent,
	});
	try {
		const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const found = fstatSync(descriptor);
			if (found.isDirectory()) return refused('it is a folder');
			const buffer = Buffer.alloc(MOST_BYTES + 1);
			let size = 0;
			for (let read = -1; read !== 0 && size < buffer.length; size += read)
				read = readSync(descriptor, buffer, size, buffer.length - size, null);
			if (size > MOST_BYTES) return refused(`it has more than ${MOST_BYTES / 1024} KiB, which is no secret`);
			const text = new TextDecoder('utf-8', {fatal: true})
				.decode(buffer.subarray(0, size))
				.replace(/\r?\n$/, '');
			return text === '' ? refused('it is empty') : {text};
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		if (error instanceof TypeError) return refused('it is no UTF-8 text');
		const {code = '', message} = error as NodeJS.ErrnoException;
		return refused(reasons[code] ?? message, code === 'ENOENT' || code === 'ENOTDIR');
	}
}
