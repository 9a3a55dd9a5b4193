/** Imports a `RecordSelector`: the path to the records. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {pathText} from './nodes.ts';
import {LeftOut} from './outcome.ts';

export interface Selected {
	readonly selector: string;
	readonly keys: readonly string[];
}

export function selectorOf(recordSelector: PlainObject, above: Known): Selected {
	const extractor = asObject(recordSelector.extractor);
	if (extractor.type !== 'DpathExtractor')
		throw new LeftOut(
			extractor.class_name === undefined
				? `extractor: ${String(extractor.type)}`
				: 'Python: record extractor',
			String(extractor.class_name ?? ''),
		);
	if (extractor.record_expander !== undefined) throw new LeftOut('extractor: record_expander');
	const known = above.in(extractor);
	const path = Array.isArray(extractor.field_path) ? extractor.field_path : [];
	const keys = path.map(part => known.text(part, 'path to the records')).filter(key => key !== '');
	return {selector: keys.length === 0 ? '$' : pathText(keys), keys};
}
