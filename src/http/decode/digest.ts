/** Fingerprints of bodies: 128 bits are enough to distinguish them. */
import {type Hash, hash} from 'node:crypto';

const LENGTH = 22;

export function digestOf(bytes: Uint8Array): string {
	return hash('sha256', bytes, 'base64url').slice(0, LENGTH);
}

/** The fingerprint of a running hash. */
export function shortDigest(running: Hash): string {
	return running.digest('base64url').slice(0, LENGTH);
}
