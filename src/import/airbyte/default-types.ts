/** The types of components that a manifest may leave out, by the component around and its key. */

const components: {readonly [component: string]: {readonly [key: string]: string}} = {
	AddFields: {fields: 'AddedFieldDefinition'},
	CompositeErrorHandler: {error_handlers: 'DefaultErrorHandler'},
	ConfigComponentsResolver: {
		stream_config: 'StreamConfig',
		components_mapping: 'ComponentMappingDefinition',
	},
	CursorPagination: {decoder: 'JsonDecoder'},
	CustomIncrementalSync: {
		end_datetime: 'MinMaxDatetime',
		end_time_option: 'RequestOption',
		start_datetime: 'MinMaxDatetime',
		start_time_option: 'RequestOption',
	},
	CustomPartitionRouter: {parent_stream_configs: 'ParentStreamConfig'},
	DatetimeBasedCursor: {
		end_datetime: 'MinMaxDatetime',
		end_time_option: 'RequestOption',
		start_datetime: 'MinMaxDatetime',
		start_time_option: 'RequestOption',
	},
	DeclarativeSource: {check: 'CheckStream', spec: 'Spec', streams: 'DeclarativeStream'},
	DeclarativeStream: {retriever: 'SimpleRetriever', schema_loader: 'JsonFileSchemaLoader'},
	DefaultErrorHandler: {response_filters: 'HttpResponseFilter'},
	DefaultPaginator: {decoder: 'JsonDecoder', page_size_option: 'RequestOption'},
	DpathExtractor: {decoder: 'JsonDecoder'},
	DynamicDeclarativeStream: {
		components_resolver: 'ConfigComponentResolver',
		stream_template: 'DeclarativeStream',
	},
	DynamicSchemaLoader: {retriever: 'SimpleRetriever'},
	HttpComponentsResolver: {retriever: 'SimpleRetriever', components_mapping: 'ComponentMappingDefinition'},
	HttpRequester: {error_handler: 'DefaultErrorHandler'},
	ListPartitionRouter: {request_option: 'RequestOption'},
	ParentStreamConfig: {request_option: 'RequestOption', stream: 'DeclarativeStream'},
	RecordSelector: {extractor: 'DpathExtractor', record_filter: 'RecordFilter'},
	SchemaTypeIdentifier: {types_map: 'TypesMap'},
	SimpleRetriever: {
		paginator: 'NoPagination',
		record_selector: 'RecordSelector',
		requester: 'HttpRequester',
	},
	SubstreamPartitionRouter: {parent_stream_configs: 'ParentStreamConfig'},
};

/** The types if a component has a `class_name`, and so is written in Python. */
const customs: {readonly [component: string]: {readonly [key: string]: string}} = {
	CompositeErrorHandler: {backoff_strategies: 'CustomBackoffStrategy'},
	DeclarativeStream: {retriever: 'CustomRetriever', transformations: 'CustomTransformation'},
	DefaultErrorHandler: {backoff_strategies: 'CustomBackoffStrategy'},
	DefaultPaginator: {pagination_strategy: 'CustomPaginationStrategy'},
	HttpRequester: {authenticator: 'CustomAuthenticator', error_handler: 'CustomErrorHandler'},
	RecordSelector: {extractor: 'CustomRecordExtractor'},
	SimpleRetriever: {partition_router: 'CustomPartitionRouter'},
};

export interface Place {
	/** Type of the component around it. */
	readonly component: string;
	readonly key: string;
}

/** The type of a component without one at this place; `undefined` if there is no component at this place. */
export function defaultType({component, key}: Place, isCustom: boolean): string | undefined {
	return (isCustom ? customs : components)[component]?.[key];
}
