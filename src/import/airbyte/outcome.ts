/** What becomes of a stream: imported whole, with what differs said, or left out with the reason. */

/** Thrown by whatever a Sluice config cannot say: the stream is left out. */
export class LeftOut extends Error {
	/** The kind of what is lacking, the same for all streams that lack it: `record filter: an expression`. */
	readonly reason: string;
	/** Where and what exactly, such as the text of the expression. */
	readonly detail: string | undefined;

	constructor(reason: string, detail?: string) {
		super(detail === undefined ? reason : `${reason}: ${detail}`);
		this.reason = reason;
		this.detail = detail;
	}
}

/** How an imported stream differs from the one in Airbyte. */
export interface Difference {
	/**
	 * Other requests for the same rows; a choice that the connection or its owner decides; other rows; or a failure
	 * where Airbyte goes on.
	 */
	readonly kind: 'requests' | 'choice' | 'rows' | 'failure';
	readonly text: string;
}

/** Collects the differences of one stream. */
export class Differences {
	readonly #found = new Map<string, Difference>();

	add(kind: Difference['kind'], text: string): void {
		this.#found.set(`${kind}: ${text}`, {kind, text});
	}

	get all(): Difference[] {
		return [...this.#found.values()];
	}
}
