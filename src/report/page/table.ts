/** Tables of a report. */
import {formatCount} from '../../core/quantity.ts';
import type {Listed} from '../record.ts';
import {type Html, html} from './html.ts';

export interface Column<T> {
	readonly title: string;
	/** A number is written with commas, and aligned right. */
	readonly value: (item: T) => string | number | Html | undefined;
	/** Aligned right, though the value has a unit. */
	readonly isNumber?: boolean;
}

/** A section with a table; without rows, a line that says so. */
export function section<T>(
	id: string,
	title: string,
	{items, more}: Listed<T>,
	columns: readonly Column<T>[],
	{none}: {none: string},
): Html {
	if (items.length === 0)
		return html`<section id="${id}"><h2>${title}</h2><p class="none">${none}</p></section>`;
	const head = columns.map(({title: name, isNumber}) => html`<th class="${kind(isNumber)}">${name}</th>`);
	const rows = items.map(item => html`<tr>${columns.map(column => cell(column, item))}</tr>`);
	const left = more > 0 ? html`<p class="none">${formatCount(more)} more are not shown.</p>` : undefined;
	return html`<section id="${id}"><h2>${title}</h2>
<div class="wide"><table><thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div>${left}</section>`;
}

function cell<T>({title, value, isNumber}: Column<T>, item: T): Html {
	const found = value(item);
	const text = typeof found === 'number' ? formatCount(found) : found;
	return html`<td class="${kind(isNumber || typeof found === 'number')}" data-column="${title}">${text}</td>`;
}

function kind(isNumber: boolean | undefined): string {
	return isNumber ? 'number' : 'text';
}
