/** The outcome of a stream: imported with its differences, or left out with the reason. */

/** Thrown if a Sluice config cannot express a part of a stream. The stream is then left out. */
export class LeftOut extends Error {
	/** The missing feature, in the same words for all streams that need it: `record filter: an expression`. */
	readonly reason: string;
	/** The place and the exact cause, such as the text of the expression. */
	readonly detail: string | undefined;

	constructor(reason: string, detail?: string) {
		super(detail === undefined ? reason : `${reason}: ${detail}`);
		this.reason = reason;
		this.detail = detail;
	}
}

/** A difference between an imported stream and the original in Airbyte. */
export interface Difference {
	/**
	 * `requests`: other requests for the same rows. `choice`: a decision that depends on the connection or its
	 * owner. `rows`: other rows. `failure`: a failure where Airbyte continues.
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
