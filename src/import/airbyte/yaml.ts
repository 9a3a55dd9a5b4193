/**
 * Reads the YAML of a manifest as PyYAML does, which Airbyte uses: YAML 1.1, with PyYAML's own exceptions.
 */
import {parseDocument, type ScalarTag, type Tags} from 'yaml';
import {ConfigError} from '../../core/errors.ts';

/** The value of a YAML or JSON text. `name` is its name in messages. */
export function parseManifestText(text: string, name: string): unknown {
	const document = parseDocument(text, {
		version: '1.1',
		merge: true,
		uniqueKeys: false,
		customTags: asPyYaml,
	});
	const [error] = document.errors;
	if (error) {
		const [{line, col} = {line: undefined, col: undefined}] = error.linePos ?? [];
		const [message = ''] = error.message.split('\n');
		throw new ConfigError([{path: '', message, ...(line && {line, column: col})}], name);
	}
	// Large manifests use their anchors many times.
	return document.toJS({maxAliasCount: -1});
}

/** PyYAML does not read a single letter as a boolean, and requires a point in a float. */
function asPyYaml(tags: Tags): Tags {
	return tags.map(tag => (typeof tag === 'object' && tag.collection === undefined ? asScalar(tag) : tag));
}

function asScalar(tag: ScalarTag): ScalarTag {
	switch (tag.tag.replace('tag:yaml.org,2002:', '')) {
		case 'bool':
			return {...tag, test: tag.test?.test('yes') ? /^(?:yes|true|on)$/i : /^(?:no|false|off)$/i};
		case 'float':
			return tag.format === 'EXP' ? {...tag, test: /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/} : tag;
		case 'timestamp':
			return {...tag, test: /(?!)/};
		default:
			return tag;
	}
}
