/** Instances of dlt's own classes as the dicts that mean the same. */

interface KnownClass {
	/** Keys that say what it is. */
	readonly base: {readonly [key: string]: string};
	/** Names of its parameters, in the order of Python. */
	readonly parameters: readonly string[];
}

const cls = (type: string, ...parameters: string[]): KnownClass => ({base: {type}, parameters});
const jsonLink = cls('json_link', 'next_url_path');
const cursor = cls('cursor', 'cursor_path', 'cursor_param', 'cursor_body_path');

const classes: {readonly [name: string]: KnownClass} = {
	JSONLinkPaginator: jsonLink,
	JSONResponsePaginator: jsonLink,
	HeaderLinkPaginator: cls('header_link', 'links_next_key'),
	HeaderCursorPaginator: cls('header_cursor', 'cursor_key', 'cursor_param'),
	JSONResponseCursorPaginator: cursor,
	OffsetPaginator: cls(
		'offset',
		...[
			'limit',
			'offset',
			'offset_param',
			'limit_param',
			'total_path',
			'maximum_offset',
			'stop_after_empty_page',
		],
	),
	PageNumberPaginator: cls(
		'page_number',
		...['base_page', 'page', 'page_param', 'total_path', 'maximum_page', 'stop_after_empty_page'],
	),
	SinglePagePaginator: cls('single_page'),
	BearerTokenAuth: cls('bearer', 'token'),
	APIKeyAuth: cls('api_key', 'name', 'api_key', 'location'),
	HttpBasicAuth: cls('http_basic', 'username', 'password'),
	OAuth2ClientCredentials: cls(
		'oauth2_client_credentials',
		...[
			'access_token_url',
			'client_id',
			'client_secret',
			'access_token_request_data',
			'default_token_expiration',
		],
	),
	OAuthJWTAuth: cls('oauth2_jwt', 'client_id', 'private_key', 'access_token_url', 'scopes'),
	incremental: {
		base: {},
		parameters: ['cursor_path', 'initial_value', 'last_value_func', 'primary_key', 'end_value'],
	},
};

/** Names of parameters that have another name in a config. */
const renamed: {readonly [name: string]: string} = {auth_endpoint: 'access_token_url'};

/** The dict for a call of a class; `undefined` if the class is not one of dlt. */
export function instanceOf(
	name: string,
	values: readonly unknown[],
	named: {readonly [name: string]: unknown},
): {[key: string]: unknown} | undefined {
	const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
	if (!known) return undefined;
	const {base, parameters} = known;
	const given = values.flatMap((value, i) => {
		const parameter = parameters[i];
		return parameter === undefined || value === null ? [] : [[parameter, value] as const];
	});
	const more = Object.entries(named).map(([key, value]) => [renamed[key] ?? key, value] as const);
	return {...base, ...Object.fromEntries([...given, ...more])};
}
