/** The outcome of an import, for users: a line of counts, and one for each resource. */
import {plural} from '../core/quantity.ts';
import type {ImportedConfig} from './imported-config.ts';

const MOST_LEFT_OUT = 30;
const WIDEST = 160;

export function summaryOf({resources, leftOut, remarks}: ImportedConfig): string[] {
	const lacking = leftOut.filter(({isNoList}) => !isNoList);
	const others = leftOut.length - lacking.length;
	const left = lacking.length === 0 ? '' : `; ${lacking.length} left out`;
	const more = lacking.length - MOST_LEFT_OUT;
	return [
		...remarks,
		`${resources.length} of ${plural(resources.length + lacking.length, 'resource')}${left}`,
		...resources.map(each =>
			line(each.resource.name, each.remarks.length > 0 ? each.remarks.join('; ') : 'as the file says'),
		),
		...lacking.slice(0, MOST_LEFT_OUT).map(({name, reason}) => line(name, `left out: ${reason}`)),
		...(more > 0 ? [`  and ${more} more, in the comment at the end of the file`] : []),
		...(others > 0 ? [`  ${others} without a list of rows, in the comment at the end of the file`] : []),
	];
}

function line(name: string, text: string): string {
	const plain = text.replace(/\s+/g, ' ');
	return `  ${name}: ${plain.length > WIDEST ? `${plain.slice(0, WIDEST)}…` : plain}`;
}
