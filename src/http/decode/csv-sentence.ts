/** A server that fails may send a sentence as CSV, which looks like a header without rows. */
import type {CsvReader} from '../../core/csv.ts';

/** The reader, which throws a `SyntaxError` at the end of a text that is only a sentence. */
export function refusingSentences(reader: CsvReader, delimiter: string): CsvReader {
	return {
		...reader,
		end() {
			reader.end();
			const text = reader.bareHeader()?.join(`${delimiter} `) ?? '';
			if (!isSentence(text)) return;
			throw new SyntaxError(`there is a sentence in place of the header, and no row: ${text.slice(0, 200)}`);
		},
	};
}

const trouble =
	/\b(error|exception|denied|exceeded|limit|unavailable|failed|timed? ?out|unauthori[sz]ed|forbidden|try again|not found)\b/i;

function isSentence(text: string): boolean {
	return /\S\s+\S+\s+\S/.test(text) && (/[.!]\s*$/.test(text) || trouble.test(text));
}
