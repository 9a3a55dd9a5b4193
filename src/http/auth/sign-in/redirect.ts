/** The address of this machine to which a browser returns after a sign-in (RFC 8252 §7.3). */

export interface Redirect {
	/** The address to listen on. */
	readonly host: '127.0.0.1' | '::1';
	/** The port. 0 stands for a free one. */
	readonly port: number;
	readonly path: string;
	/** The address as the server knows it. */
	uri(port: number): string;
}

/** The redirect for `uri` as registered with the server. A `uri` without a port gets a free one. */
export function redirectTo({uri, port = 0}: {readonly uri?: string; readonly port?: number}): Redirect {
	if (uri === undefined)
		return {host: '127.0.0.1', port, path: '/callback', uri: got => `http://127.0.0.1:${got}/callback`};
	const url = new URL(uri);
	return {
		host: url.hostname === '[::1]' ? '::1' : '127.0.0.1',
		port: Number(url.port) || portOf(uri),
		path: url.pathname,
		// Servers compare texts, so everything but the port stays as it is.
		uri: got => (hasPort(uri) ? uri : uri.replace(/^(http:\/\/[^/?#]+)/i, `$1:${got}`)),
	};
}

/** Why a browser cannot return to this address, or `undefined` if it can. */
export function redirectProblem(uri: string): string | undefined {
	const url = URL.canParse(uri) ? new URL(uri) : undefined;
	const isHere = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
	if (url?.protocol !== 'http:' || !isHere)
		return (
			'expected an address on this machine, such as http://localhost:8712/callback, got ' +
			`${JSON.stringify(uri)}`
		);
	return url.search || url.hash || url.username ? 'takes no query, no # and no user' : undefined;
}

function hasPort(uri: string): boolean {
	return /^http:\/\/[^/?#]*:\d+([/?#]|$)/i.test(uri);
}

// `URL` leaves out port 80.
function portOf(uri: string): number {
	return hasPort(uri) ? 80 : 0;
}
