/**
 * Whether an origin may get credentials and configured headers: the origin of the base URL may, and those
 * that a request names itself.
 */

export function isTrusted(url: URL, origins: readonly string[]): boolean {
	return origins.some(origin => {
		if (origin === url.origin) return true;
		const trusted = new URL(origin);
		return url.origin === trusted.origin || isSecureTwin(url, trusted);
	});
}

// A redirect from `http://host` to `https://host` is common, and adds no risk to the request before it.
function isSecureTwin(url: URL, trusted: URL): boolean {
	const bothDefault = url.port === '' && trusted.port === '';
	return (
		bothDefault &&
		url.hostname === trusted.hostname &&
		trusted.protocol === 'http:' &&
		url.protocol === 'https:'
	);
}
