/** Where Sluice differs on purpose, case by case. */
export const skips: Readonly<Record<string, string>> = {
	'unit-mask-secret': 'a secret is *** wherever it stands: not even its first and last letter are shown',
	'rel-two-parents': 'several parents are read for each combination of their rows; dlt refuses them',
};

const python = 'Python writes it like that; in a URL or a text it is as JSON writes it';
const format = "Python's format specifications are no placeholders, so such braces are sent as they are";
const absent = 'null is no value: it fails, or the row is left out with on_missing: skip';
const keys = 'placeholders stand in values; the keys of a request are fixed';
const variant =
	'a column of text holds no objects: they go to a column beside it, and can still be looked into';
const json = 'every JSON value fits a JSON column';
const words = 'a text in a JSON column stays that text; only what is an object or a list is read';
const bits = 'only 1 and 0 are truths: of any other number a column of bools would lose the value';
const capital = 'JSON writes true and false';

/** The same for single rows of unit cases; one that stands here has to differ. */
export const rowSkips: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'unit-expand-placeholders': {
		'preserve_true: "{n}"': absent,
		'preserve_false: "{n}"': absent,
		'preserve_false: "{t}"': python,
		'preserve_false: "{l}"': 'a list as a parameter is the parameter several times',
		'preserve_false: "{o}"': python,
		'preserve_true: "{id:>5}"': format,
		'preserve_false: "{id:>5}"': format,
		'preserve_true: "{id:05d}"': format,
		'preserve_false: "{id:05d}"': format,
		'preserve_true: "{s!r}"': format,
		'preserve_false: "{s!r}"': format,
		'preserve_true: {"k":"{id}","{id}":"v"}': keys,
		'preserve_false: {"k":"{id}","{id}":"v"}': keys,
		'preserve_false: {"deep":{"l":["{t}",{"x":"{{b}}"}]}}': python,
		'preserve_true: "{}"': 'empty braces can be no placeholder, so they are sent as they are',
		'preserve_false: "{}"': 'empty braces can be no placeholder, so they are sent as they are',
	},
	'unit-join-url': {
		'http://h/v1?k=1 + a': 'the path goes into the path of the base, and not into its query',
	},
	'unit-redact-url': {
		'http://h/a?appid=SECRET&auth=SECRET&signature=SECRET': 'more names of parameters are known to be secret',
		'http://u:p@h/a?x=1': 'user and password are secret too',
		'http://h/a?x=a%20b&key=k#frag': 'the query stays as it was sent; the fragment never is',
	},
	'unit-coercions': {
		'"5" from text to json': words,
		'"5.5" from text to json': words,
		'"0x1f" from text to json': words,
		'"" from text to json': words,
		'"true" from text to json': words,
		'"yes" from text to json': words,
		'"2024-01-05" from text to json': words,
		'"2024-01-05T10:00:00Z" from text to json': words,
		'"aGk=" from text to json': words,
		'5 from bigint to json': json,
		'0 from bigint to json': json,
		'-1 from bigint to json': json,
		'5 from double to json': json,
		'5.5 from double to json': json,
		'true from bool to json': json,
		'false from bool to json': json,
		'5 from bigint to bool': bits,
		'-1 from bigint to bool': bits,
		'5 from double to bool': bits,
		'5.5 from double to bool': bits,
		'5 from double to text': 'JSON does not tell 5.0 from 5',
		'5 from double to binary': 'JSON does not tell 5.0 from 5',
		'true from bool to text': capital,
		'false from bool to text': capital,
		'{"a":1} from json to text': variant,
		'[1] from json to text': variant,
	},
};
