/** `node evaluate.js MODULE EXPRESSION WAY COUNT`: evaluates one expression for so many records. */
import {row} from '../data.js';
import {expressions} from './expressions.js';

const [path = '', name = '', way = 'value', count = '0'] = process.argv.slice(2);
const {Template, Theirs} = await import(path);
const records = Array.from({length: 1000}, (_, i) => row(i));
const text = expressions[/** @type {keyof typeof expressions} */ (name)];

/** @type {(record: unknown) => unknown} */
let evaluate = record => record;
if (way === 'theirs') {
	const template = new Theirs(text);
	evaluate = record => template.render({record});
} else if (way !== 'none') {
	const template = Template.parse(text);
	evaluate = record => template[way]({record});
}
let kept;
for (let i = 0; i < Number(count); i++) kept = evaluate(records[i % records.length]);
process.stdout.write(JSON.stringify(kept) ?? '');
