/** The public API. */
export * from '../sinks/index.ts';
export * from '../transforms/index.ts';
export {type ConfigObject, defineConfig} from './config/define.ts';
export type {LoadedConfig, LoadOptions} from './config/load/load.ts';
export type {ConfigInput} from './config/schema/config.ts';
export {
	ConfigError,
	type ConfigIssue,
	DecodeError,
	OutputClosedError,
	PaginationError,
	RequestError,
	SchemaError,
	SelectorError,
	SinkError,
	SluiceError,
	StageError,
	StateError,
} from './core/errors.ts';
export {Decimal, type JsonObject, type JsonValue} from './core/json/json.ts';
export type {Cursor, JsonRecord, Page} from './core/page.ts';
export {detect, type Selection, type Selector, selector} from './core/path/selector.ts';
export {
	type Last,
	type PipelineOptions,
	pipeline,
	type RunSummary,
	type Source,
	type Stage,
} from './core/pipeline.ts';
export type {Need} from './core/records/need.ts';
export type {RecordList} from './core/records/record-list.ts';
export type {
	Column,
	ColumnDefinition,
	ColumnDefinitions,
	ContractMode,
	DataType,
	Rejection,
	ScalarType,
	Schema,
	SchemaContract,
	SchemaDefinition,
} from './core/schema/schema.ts';
export {Secret} from './core/secret.ts';
export {type Counts, type PageStream, type PageTransform, source, transform} from './core/stage.ts';
export {type ApiKeyOptions, apiKey} from './http/auth/api-key.ts';
export type {
	AuthContext,
	Authenticator,
	Credential,
	OutgoingRequest,
	PlainResponse,
} from './http/auth/authenticator.ts';
export {type AwsSigV4Options, awsSigV4} from './http/auth/aws-sigv4.ts';
export {type BasicOptions, basic} from './http/auth/basic.ts';
export {bearer} from './http/auth/bearer.ts';
export type {ClientAssertionOptions} from './http/auth/client-assertion.ts';
export {type DigestOptions, digest} from './http/auth/digest.ts';
export {type HmacOptions, hmac, type TimestampFormat} from './http/auth/hmac.ts';
export type {JwtAlgorithm} from './http/auth/jwt.ts';
export {type OAuth1Method, type OAuth1Options, oauth1} from './http/auth/oauth1.ts';
export type {OAuth2Options, PublicOAuth2Options} from './http/auth/oauth2.ts';
export {oauth2ClientCredentials} from './http/auth/oauth2-client-credentials.ts';
export {type OAuth2JwtOptions, oauth2Jwt} from './http/auth/oauth2-jwt.ts';
export {type OAuth2PasswordOptions, oauth2Password} from './http/auth/oauth2-password.ts';
export {
	type OAuth2RefreshTokenOptions,
	oauth2RefreshToken,
	type RefreshTokenStore,
} from './http/auth/oauth2-refresh-token.ts';
export {type LoginRequest, type SendToken, type SessionOptions, session} from './http/auth/session.ts';
export {several} from './http/auth/several.ts';

export {type Client, client, clientFromRecording} from './http/client.ts';
export type {ClientOptions} from './http/client-options.ts';
export {environmentProxies, type NamedProxy, type Proxies} from './http/connection/proxy.ts';
export type {Timeouts} from './http/connection/timeouts.ts';
export type {TlsOptions} from './http/connection/tls.ts';
export {autoDecoder} from './http/decode/auto.ts';
export {type CsvDecoderOptions, csvDecoder} from './http/decode/csv.ts';
export type {BodyPlace, DecodedPart, DecodeOptions, Decoder} from './http/decode/decoder.ts';
export {withEncoding} from './http/decode/encoding.ts';
export {jsonlDecoder} from './http/decode/jsonl.ts';
export {type XmlDecoderOptions, xmlDecoder} from './http/decode/xml.ts';
export type {ClientEvent} from './http/events.ts';
export type {RateLimit} from './http/policy/rate-limit.ts';
export type {RetryOptions} from './http/policy/retry.ts';
export type {RecordOptions} from './http/recording/folder.ts';
export type {HttpRequest, RequestBody} from './http/request.ts';
export {
	type Answered,
	type Decide,
	type Judge,
	judge,
	type Outcome,
	type ResponseAction,
	type ResponseRule,
	type Seen,
	type StatusPattern,
	type Verdict,
	type WaitPlace,
} from './http/rules/response-rules.ts';
export type {BodyPart, SendOptions} from './http/send-options.ts';
export type {QueryValue} from './http/url.ts';
export {type RefreshTokenFileOptions, refreshTokenFile} from './plugins/auth/oauth2/refresh-token-file.ts';
export {type AutoOptions, auto} from './plugins/paginators/auto.ts';
export {type CursorOptions, cursor} from './plugins/paginators/cursor.ts';
export {type HeaderCursorOptions, headerCursor} from './plugins/paginators/header-cursor.ts';
export {type HeaderLinkOptions, headerLink} from './plugins/paginators/header-link.ts';
export {type JsonLinkOptions, jsonLink} from './plugins/paginators/json-link.ts';
export {type OffsetOptions, offset} from './plugins/paginators/offset.ts';
export {type PageNumberOptions, pageNumber} from './plugins/paginators/page-number.ts';
export {singlePage} from './plugins/paginators/single-page.ts';
export {type Step, steps} from './plugins/steps.ts';
export type {IncrementalOptions} from './resource/incremental/incremental.ts';
export type {LastValue} from './resource/incremental/order.ts';
export type {Range} from './resource/incremental/range.ts';
export type {IncrementalState, Reached, RunState} from './resource/incremental/state.ts';
export type {Guess} from './resource/paging/guess.ts';
export type {PageAnswer, Paginator, RequestDraft} from './resource/paging/paginator.ts';
export {batched} from './resource/partitions/batched.ts';
export {type DistinctOptions, distinct} from './resource/partitions/distinct.ts';
export {type ParentRowsOptions, rowsOf} from './resource/partitions/parent-rows.ts';
export type {Partitioning, PartitionRequest} from './resource/partitions/partitioned.ts';
export {
	type Binding,
	filtered,
	listed,
	type Partition,
	type Partitions,
	product,
} from './resource/partitions/partitions.ts';
export {type ResourceOptions, resource} from './resource/resource.ts';
export type {NextRequest} from './resource/walk/next-request.ts';
export type {SmallerEvent} from './resource/walk/shrink-page.ts';
export type {SyncOptions, SyncState} from './resource/walk/sync.ts';
export type {WalkOptions} from './resource/walk/walk-options.ts';
export {OutOfTimeError, RunError} from './run/errors.ts';
export type {OnEvent, ResourceOutcome, RunEvent} from './run/events.ts';
export type {ResourceResult} from './run/extract.ts';
export {loadConfig, run} from './run/index.ts';
export type {OutputOptions} from './run/output.ts';
export type {RunResult} from './run/run.ts';
export type {RunOptions} from './run/run-options.ts';
