/** Explanations of TLS failures. They name the keys that help. */

const insecure = 'client.tls.insecure: true (tls.insecure) would go on without a check';
const unknown = [
	'is signed by an authority that this machine does not know',
	`Give the certificate of the authority by client.tls.ca (tls.ca) or NODE_EXTRA_CA_CERTS; ${insecure}`,
] as const;
const selfSigned = [
	'is signed by itself',
	'If it is the right server, give its certificate by client.tls.ca (tls.ca) or NODE_EXTRA_CA_CERTS; ' +
		`${insecure}`,
] as const;

const distrusted: Record<string, readonly [words: string, advice: string]> = {
	CERT_HAS_EXPIRED: ['has expired', `Tell who runs it, and check the clock of this machine; ${insecure}`],
	CERT_NOT_YET_VALID: ['is not valid yet', `Check the clock of this machine; ${insecure}`],
	DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
	SELF_SIGNED_CERT_IN_CHAIN: unknown,
	UNABLE_TO_GET_ISSUER_CERT: unknown,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknown,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
		'is signed by an authority that this machine does not know, or those in between are missing',
		`Give them by client.tls.ca (tls.ca) or NODE_EXTRA_CA_CERTS; ${insecure}`,
	],
};

/** The fault of the server's certificate, and what to do; `undefined` if that is not the reason. */
export function explainCertificate(
	code: string,
	error: unknown,
): readonly [words: string, advice: string] | undefined {
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		const {cert} = error as {cert?: {subjectaltname?: string}};
		const names = cert?.subjectaltname === undefined ? '' : `: ${cert.subjectaltname.slice(0, 200)}`;
		return [
			`is for another name${names}`,
			`Check the host name, or name the server by client.tls.server_name (tls.serverName); ${insecure}`,
		];
	}
	const found = distrusted[code];
	if (found || !/CERT|SELF_SIGNED|UNABLE_TO_/.test(code) || code.startsWith('ERR_SSL')) return found;
	return ['fails the check', `Check the host name; ${unknown[1]}`];
}

/** The fault in the handshake, and what to do; `undefined` if that is not the reason. */
export function brokenHandshake(code: string): readonly [words: string, advice: string] | undefined {
	if (!code.startsWith('ERR_SSL') || /WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code)) return undefined;
	if (/CERTIFICATE_REQUIRED/.test(code))
		return [
			'it wants a certificate of the client',
			'Give one by client.tls.cert and client.tls.key (tls.cert, tls.key)',
		];
	if (/ALERT_(UNKNOWN_CA|.*CERTIFICATE|ACCESS_DENIED)/.test(code))
		return [
			'it does not accept the certificate of the client',
			'Check client.tls.cert and client.tls.key (tls.cert, tls.key)',
		];
	if (/VERSION|UNSUPPORTED_PROTOCOL/.test(code))
		return ['it speaks no version of TLS that is allowed', 'Check client.tls.min_version (tls.minVersion)'];
	if (/UNRECOGNIZED_NAME/.test(code))
		return ['it knows no such name', 'Name the server by client.tls.server_name (tls.serverName)'];
	const advice =
		'It may want a certificate of the client: client.tls.cert and client.tls.key (tls.cert, tls.key)';
	return ['it broke off the TLS handshake', advice];
}

/** With TLS 1.3, a server that requires a certificate closes the connection only after the request. */
export const closedEarly =
	'If it does so each time, it may want a certificate of the client: client.tls.cert and client.tls.key ' +
	'(tls.cert, tls.key)';
