/**
 * What a reader may find while pages appear that go into several folders: their files come one after the
 * other.
 */
import type {Entries, Entry} from './model.ts';

/** `shown`: what is there after each page. The folders of a commit appear in any order. */
export function glimpsesOf(shown: readonly Entries[], partition: 'kind' | 'day'): Entries[] {
	return shown.flatMap((before, i) =>
		shown
			.slice(i + 1)
			.flatMap(after => subsetsOf(after.slice(before.length), partition).map(some => [...before, ...some])),
	);
}

// Neither all folders nor none of them: those are no glimpses.
function subsetsOf(came: Entries, partition: 'kind' | 'day'): Entries[] {
	const folders = [...new Set(came.map(({row}) => row[partition]))];
	const subsets = Array.from({length: 2 ** folders.length - 2}, (_, bits) => bits + 1);
	return subsets.map(bits => {
		const isThere = ({row}: Entry): boolean => (bits & (1 << folders.indexOf(row[partition]))) > 0;
		return came.filter(isThere);
	});
}
