/** The options of curl, grouped by their meaning for an import. */

/** Long names of the one-letter options. */
export const shortNames: Readonly<Record<string, string>> = {
	'#': 'progress-bar',
	'0': 'http1.0',
	'1': 'tlsv1',
	'2': 'sslv2',
	'3': 'sslv3',
	'4': 'ipv4',
	'6': 'ipv6',
	':': 'next',
	a: 'append',
	A: 'user-agent',
	b: 'cookie',
	B: 'use-ascii',
	c: 'cookie-jar',
	C: 'continue-at',
	d: 'data',
	D: 'dump-header',
	e: 'referer',
	E: 'cert',
	f: 'fail',
	F: 'form',
	g: 'globoff',
	G: 'get',
	H: 'header',
	i: 'include',
	I: 'head',
	j: 'junk-session-cookies',
	J: 'remote-header-name',
	k: 'insecure',
	K: 'config',
	L: 'location',
	m: 'max-time',
	n: 'netrc',
	N: 'no-buffer',
	o: 'output',
	O: 'remote-name',
	p: 'proxytunnel',
	q: 'disable',
	r: 'range',
	R: 'remote-time',
	s: 'silent',
	S: 'show-error',
	T: 'upload-file',
	u: 'user',
	U: 'proxy-user',
	v: 'verbose',
	w: 'write-out',
	x: 'proxy',
	X: 'request',
	Z: 'parallel',
};

/** Options that define the request. */
export const read = {
	withValue: new Set([
		'cookie',
		'data',
		'data-ascii',
		'data-binary',
		'data-raw',
		'data-urlencode',
		'header',
		'json',
		'oauth2-bearer',
		'referer',
		'request',
		'url',
		'url-query',
		'user',
		'user-agent',
	]),
	alone: new Set(['get', 'basic', 'digest', 'anyauth']),
};

/** Options about display, storage or connections, which do not change the request. */
export const withoutEffect = {
	alone: new Set(
		(
			'progress-bar http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only tlsv1 tlsv1.0 tlsv1.1 ' +
			'tlsv1.2 tlsv1.3 ipv4 ipv6 append use-ascii fail fail-early fail-with-body globoff include ' +
			'junk-session-cookies remote-header-name location location-trusted no-buffer remote-name ' +
			'remote-time silent show-error verbose parallel compressed disable create-dirs no-keepalive ' +
			'no-progress-meter raw path-as-is tcp-nodelay tr-encoding ssl-reqd styled-output no-styled-output ' +
			'retry-all-errors retry-connrefused no-alpn no-sessionid tcp-fastopen'
		).split(' '),
	),
	withValue: new Set(
		(
			'cookie-jar dump-header max-time output write-out connect-timeout retry retry-delay ' +
			'retry-max-time stderr trace trace-ascii max-redirs limit-rate speed-limit speed-time ' +
			'keepalive-time output-dir max-filesize expect100-timeout happy-eyeballs-timeout-ms ciphers ' +
			'tls-max parallel-max'
		).split(' '),
	),
};

/** Options with an equivalent in Sluice. The import continues, and names the key of the config. */
export const elsewhere: Readonly<Record<string, {readonly takesValue: boolean; readonly instead: string}>> = {
	insecure: {
		takesValue: false,
		instead: 'where the certificate cannot be checked, set client.tls.insecure: true',
	},
	proxy: {takesValue: true, instead: 'set client.proxy, or HTTPS_PROXY in the environment'},
	'proxy-user': {takesValue: true, instead: 'set client.proxy'},
	'proxy-header': {takesValue: true, instead: 'set client.proxy'},
	noproxy: {takesValue: true, instead: 'set NO_PROXY in the environment'},
	proxytunnel: {takesValue: false, instead: 'set client.proxy'},
	cacert: {takesValue: true, instead: 'set client.tls.ca'},
	capath: {takesValue: true, instead: 'set client.tls.ca'},
	cert: {takesValue: true, instead: 'set client.tls.cert'},
	key: {takesValue: true, instead: 'set client.tls.key'},
	pass: {takesValue: true, instead: 'set client.tls.passphrase'},
	netrc: {takesValue: false, instead: 'set client.auth: .netrc is not read'},
	'netrc-file': {takesValue: true, instead: 'set client.auth: .netrc is not read'},
	'netrc-optional': {takesValue: false, instead: 'set client.auth: .netrc is not read'},
	range: {takesValue: true, instead: 'set a Range header in client.headers'},
	resolve: {takesValue: true, instead: 'set client.base_url to the other host'},
	'connect-to': {takesValue: true, instead: 'set client.base_url to the other host'},
	interface: {takesValue: true, instead: 'there is no such option'},
	'continue-at': {takesValue: true, instead: 'a run goes on by itself where it broke off'},
};

/** Options that no config can express. The import fails. */
export const refused: Readonly<Record<string, string>> = {
	form:
		'sends multipart/form-data, which Sluice does not send; use a JSON body or a plain form where the API ' +
		'takes one',
	'form-string': 'sends multipart/form-data, which Sluice does not send',
	'upload-file': 'sends a file, and brings no rows',
	config: 'reads options from a file; write them into the command',
	next: 'makes it several requests; import them one by one',
	head: 'asks for headers alone, and brings no rows; leave it out',
	ntlm: 'signs in by NTLM, which Sluice does not know',
	negotiate: 'signs in by Kerberos, which Sluice does not know',
	'aws-sigv4': 'signs requests; leave it out, and set client.auth: {type: aws_sigv4, …}',
	'unix-socket': 'asks a socket of this machine, which Sluice does not do',
	'abstract-unix-socket': 'asks a socket of this machine, which Sluice does not do',
};
