/**
 * Who may see credentials and configured headers: the origin of the base URL, and those a request names
 * itself.
 */

export function isTrusted(url: URL, origins: readonly string[]): boolean {
	return origins.some(origin => {
		if (origin === url.origin) return true;
		const trusted = new URL(origin);
		return url.origin === trusted.origin || isSecureTwin(url, trusted);
	});
}

// `http://host` is often sent on to `https://host`, which is no more of a risk than what has been done
// already.
function isSecureTwin(url: URL, trusted: URL): boolean {
	const bothDefault = url.port === '' && trusted.port === '';
	return (
		bothDefault &&
		url.hostname === trusted.hostname &&
		trusted.protocol === 'http:' &&
		url.protocol === 'https:'
	);
}
