/** Runs pieces of work one after the other, in the order of the calls. A failure ends none of the others. */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	run<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#last.then(work);
		this.#last = result.catch(() => {});
		return result;
	}

	/** Resolves when all work so far is over. */
	async idle(): Promise<void> {
		await this.#last;
	}
}
