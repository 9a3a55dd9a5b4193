/** The largest pages of APIs that many people read, from their documentation. */
import type {PageSize} from './guess.ts';

interface KnownApi {
	readonly name: string;
	/** Host and path. */
	readonly at: RegExp;
	readonly param: string;
	readonly rows: number;
}

const knownApis: readonly KnownApi[] = [
	{name: 'GitHub', at: /^api\.github\.com\//, param: 'per_page', rows: 100},
	{name: 'GitLab', at: /^[^/]+\/api\/v4\//, param: 'per_page', rows: 100},
	{name: 'WordPress', at: /^[^/]+\/(.+\/)?wp-json\//, param: 'per_page', rows: 100},
	{name: 'Stripe', at: /^api\.stripe\.com\//, param: 'limit', rows: 100},
	{name: 'HubSpot', at: /^api\.hubapi\.com\//, param: 'limit', rows: 100},
	{name: 'Shopify', at: /^[^/]+\.myshopify\.com\/admin\//, param: 'limit', rows: 250},
	{name: 'Confluence', at: /^[^/]+\.atlassian\.net\/wiki\/api\/v2\//, param: 'limit', rows: 250},
	{name: 'Jira', at: /^[^/]+\.atlassian\.net\/rest\//, param: 'maxResults', rows: 100},
	{name: 'Pipedrive', at: /^[^/]+\.pipedrive\.com\//, param: 'limit', rows: 500},
	{name: 'Mailchimp', at: /^[^/]+\.api\.mailchimp\.com\//, param: 'count', rows: 1000},
	{name: 'Twilio', at: /^api\.twilio\.com\//, param: 'PageSize', rows: 1000},
	{name: 'Freshdesk', at: /^[^/]+\.freshdesk\.com\/api\//, param: 'per_page', rows: 100},
];

export function ofKnownApi({hostname, pathname}: URL): PageSize | undefined {
	const api = knownApis.find(({at}) => at.test(hostname + pathname));
	return api && {param: api.param, rows: api.rows, from: `${api.name} gives up to ${api.rows} a page`};
}
