/** `sluice/plugin`: what an author of plugins needs. */
export type {Encoder, FileFormat, ReadOptions} from '../../sinks/formats/format.ts';
export type {FileOutput} from '../../sinks/output/output.ts';
export type {JsonObject, JsonValue} from '../core/json/json.ts';
export type {Cursor, JsonRecord} from '../core/page.ts';
export {type Path, parsePath} from '../core/path/path.ts';
export type {AuthContext, Authenticator, OutgoingRequest, PlainResponse} from '../http/auth/authenticator.ts';
export type {DecodedPart, DecodeOptions, Decoder} from '../http/decode/decoder.ts';
export {type AuthDefinition, type AuthPlace, type AuthPlugin, defineAuth} from '../plugins/auth.ts';
export {
	type DecoderDefinition,
	type DecoderPlugin,
	defineDecoder,
	type TextReader,
} from '../plugins/decoder.ts';
export {
	anything,
	boolean,
	callback,
	choice,
	columns,
	count,
	either,
	type Field,
	type Fields,
	func,
	type Given,
	json,
	list,
	type Options,
	object,
	placeholder,
	type Report,
	record,
	responsePath,
	scalar,
	seconds,
	text,
	url,
} from '../plugins/fields.ts';
export {defineFormat, type FormatDefinition, type FormatParts, type FormatPlugin} from '../plugins/format.ts';
export {
	definePaginator,
	type PaginatorDefinition,
	type PaginatorPlugin,
	type Paging,
} from '../plugins/paginator.ts';
export type {Definition, OptionsOf, Plugin, PluginKind} from '../plugins/plugin.ts';

export type {SignIn} from '../plugins/sign-in.ts';
export {
	defineStep,
	type StepDefinition,
	type StepPlugin,
	type StepTools,
	type ValueStepDefinition,
	type ValueStepPlugin,
} from '../plugins/step.ts';
export {
	defineTarget,
	type FoundInTarget,
	type TargetDefinition,
	type TargetOpening,
	type TargetParts,
	type TargetPlace,
	type TargetPlugin,
} from '../plugins/target.ts';
export type {
	ByPosition,
	EndRules,
	PageAnswer,
	PageStart,
	Paginator,
	RequestDraft,
} from '../resource/paging/paginator.ts';
export {
	type ParameterPlace,
	removePlaceholder,
	setParameter,
} from '../resource/paging/request-draft.ts';
export type {Commit, Part, ResourceProgress} from '../state/commit.ts';
export {type CommitChange, commitAfter} from '../state/commits/next-commit.ts';
export type {Settle, SettledCounts, SettledMerge} from '../state/settle.ts';
export type {Target, WantedRows} from '../state/target.ts';
