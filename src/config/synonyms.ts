/** Words that other tools, and people, have for keys and values of a config. */

const meanings: Readonly<Record<string, readonly string[]>> = {
	next_page_path: ['next_url_path'],
	next_link_path: ['next_url_path'],
	next_path: ['next_url_path'],
	pagination: ['paginator'],
	pager: ['paginator'],
	data_path: ['data_selector'],
	record_path: ['data_selector'],
	records_path: ['data_selector'],
	records_key: ['data_selector'],
	results_path: ['data_selector'],
	field_path: ['data_selector'],
	selector: ['data_selector'],
	json_path: ['data_selector'],
	pk: ['primary_key'],
	id_field: ['primary_key'],
	id: ['primary_key'],
	key: ['primary_key', 'api_key'],
	unique_key: ['primary_key'],
	mode: ['write_disposition'],
	sync_mode: ['write_disposition'],
	write_mode: ['write_disposition'],
	disposition: ['write_disposition'],
	base_uri: ['base_url'],
	url_base: ['base_url'],
	host: ['base_url'],
	endpoint_url: ['base_url'],
	url: ['base_url', 'path', 'token_url'],
	uri: ['base_url', 'path', 'token_url'],
	cursor_field: ['cursor_path'],
	replication_key: ['cursor_path'],
	per_page: ['limit'],
	page_size: ['limit'],
	size: ['limit'],
	query: ['params'],
	query_params: ['params'],
	request_parameters: ['params'],
	body: ['json', 'data'],
	request_body: ['json', 'data'],
	verb: ['method'],
	http_method: ['method'],
	authentication: ['auth'],
	authenticator: ['auth'],
	streams: ['resources'],
	tables: ['resources'],
	start_value: ['initial_value'],
	start_date: ['initial_value'],
	api_token: ['token', 'api_key'],
	access_token: ['token'],
	user: ['username'],
	apikey: ['api_key'],
	token: ['api_key', 'bearer'],
	upsert: ['merge'],
	overwrite: ['replace'],
	truncate: ['replace'],
	full_refresh: ['replace'],
	incremental: ['append'],
	insert: ['append'],
	page: ['page_number'],
	next_url: ['json_link'],
	link_header: ['header_link'],
	none: ['single_page'],
	json_lines: ['jsonl'],
	ndjson: ['jsonl'],
};

const byWord = new Map(Object.entries(meanings));

/** The candidate that the word is another name of. */
export function synonym(word: string, candidates: readonly string[]): string | undefined {
	const key = word
		.replace(/(?<=[a-z])(?=[A-Z])/g, '_')
		.toLowerCase()
		.replaceAll('-', '_');
	return byWord.get(key)?.find(meaning => candidates.includes(meaning));
}
