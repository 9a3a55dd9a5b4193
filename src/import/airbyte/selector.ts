/** Imports a `RecordSelector`: the path to the records. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {knownExtractor, type RecordPlace} from './known-records.ts';
import {pathText} from './nodes.ts';
import {LeftOut} from './outcome.ts';

export interface Selected {
	readonly selector: string;
	readonly keys: readonly string[];
	/** Steps that an extractor in Python stands for. They come before all others. */
	readonly steps: readonly PlainObject[];
	readonly rows?: PlainObject | undefined;
}

export function selectorOf(
	recordSelector: PlainObject,
	above: Known,
	place: Omit<RecordPlace, 'known'>,
): Selected {
	const extractor = asObject(recordSelector.extractor);
	if (extractor.type !== 'DpathExtractor' && extractor.class_name === undefined)
		throw new LeftOut(`extractor: ${String(extractor.type)}`);
	if (extractor.record_expander !== undefined) throw new LeftOut('extractor: record_expander');
	const known = above.in(extractor);
	const {
		path,
		steps = [],
		rows,
	} = extractor.type === 'DpathExtractor'
		? {path: Array.isArray(extractor.field_path) ? extractor.field_path : []}
		: knownExtractor(extractor, {...place, known});
	const keys = path.map(part => known.text(part, 'path to the records')).filter(key => key !== '');
	return {selector: keys.length === 0 ? '$' : pathText(keys), keys, steps, rows};
}
