/** Rows to measure with: 12 columns, one of them nested, about 370 bytes of JSON each, the same for the same index every time. */

const countries = ['DE', 'FR', 'JP', 'US', 'BR', 'EG'];
const statuses = ['active', 'invited', 'blocked'];
const notes = [
	'Called back on Monday, wants the yearly plan and an offer for 20 more seats.',
	'Préfère être contactée par e-mail, pas le matin.',
	'請求書の宛名を変更してください。',
	'Asked for “single sign-on” twice already, to be called by the sales team 🙂',
];
const firstMs = Date.UTC(2024, 0, 1);

/** @type {(index: number) => Record<string, unknown>} */
export function row(index) {
	const noise = scatter(index);
	return {
		id: index + 1,
		uuid: uuid(noise),
		email: index % 20 === 7 ? null : `user${index}@mail.example`,
		name: `Customer Number ${index}`,
		status: statuses[noise % 3],
		score: (noise % 10_000) / 100,
		balance: noise % 7 === 0 ? null : (noise % 1_000_000) / 4,
		is_active: noise % 5 > 0,
		created_at: new Date(firstMs + index * 1000).toISOString(),
		updated_at: new Date(firstMs + index * 1000 + (noise % 86_400) * 1000).toISOString(),
		note: noise % 2 === 0 ? null : notes[(noise >>> 3) % notes.length],
		address: {
			country: countries[noise % 6],
			city: `City ${noise % 500}`,
			zip: String(10_000 + (noise % 90_000)),
		},
	};
}

/** The JSON text of consecutive rows, without brackets around. @type {(first: number, count: number) => string} */
export function rowsText(first, count) {
	const texts = [];
	for (let index = first; index < first + count; index++) texts.push(JSON.stringify(row(index)));
	return texts.join(',');
}

/** A whole number from 0 to 2^32 that looks unrelated to the one given. @type {(number: number) => number} */
function scatter(number) {
	let mixed = Math.imul(number ^ (number >>> 16) ^ 0x9e3779b9, 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** @type {(seed: number) => string} */
function uuid(seed) {
	const second = scatter(seed + 1);
	const third = scatter(second);
	const [a, b, c, d] = [seed, second, third, scatter(third)].map(number =>
		number.toString(16).padStart(8, '0'),
	);
	return `${a}-${b?.slice(0, 4)}-${b?.slice(4)}-${c?.slice(0, 4)}-${c?.slice(4)}${d}`;
}
