/** A certificate authority made by `openssl`, and what it signs. */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** Why tests that need certificates are skipped, if they are. */
export const withoutOpenssl =
	spawnSync('openssl', ['version']).status === 0 ? false : 'no openssl on this machine';

/** PEM. */
export interface Identity {
	readonly cert: string;
	readonly key: string;
	/** Paths of the same. */
	readonly files: {readonly cert: string; readonly key: string};
}

export interface Authority extends Identity {
	/** `names`: `IP:127.0.0.1,DNS:api.test`. */
	sign(names: string, days?: number): Identity;
}

/** The files stay in the temporary folder of the system, as they are small. */
export function authority(name = 'Test CA'): Authority {
	const folder = mkdtempSync(join(tmpdir(), 'sluice-ca-'));
	const openssl = (...words: string[]): void =>
		void execFileSync('openssl', words, {cwd: folder, stdio: 'pipe'});
	const identity = (file: string): Identity => {
		const files = {cert: join(folder, `${file}.pem`), key: join(folder, `${file}.key`)};
		return {cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8'), files};
	};
	const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	openssl(
		'req',
		'-x509',
		...newKey,
		'-days',
		'2',
		'-subj',
		`/CN=${name}`,
		'-keyout',
		'ca.key',
		'-out',
		'ca.pem',
	);
	let signed = 0;
	return {
		...identity('ca'),
		sign(names, days = 2) {
			const file = `signed-${signed++}`;
			writeFileSync(join(folder, 'names'), `subjectAltName=${names}`);
			openssl('req', ...newKey, '-subj', `/CN=${file}`, '-keyout', `${file}.key`, '-out', `${file}.csr`);
			const by = [
				'-CA',
				'ca.pem',
				'-CAkey',
				'ca.key',
				'-CAcreateserial',
				'-days',
				String(days),
				'-extfile',
				'names',
			];
			openssl('x509', '-req', '-in', `${file}.csr`, ...by, '-out', `${file}.pem`);
			return identity(file);
		},
	};
}
