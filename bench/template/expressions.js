/** What is measured: expressions as connectors have them, from the plain to the long. */
export const expressions = {
	field: '{{ record.address.city }}',
	choice: "{{ record.note or record['name'] or 'none' }}",
	condition: "{{ record.status == 'active' and record.score > 10 }}",
	text: 'users/{{ record.id }}/{{ record.status }}',
	time: "{{ format_datetime(record.updated_at, '%Y-%m-%d') }}",
	chain: "{{ record.email.split('@')[-1] | lower | replace('.', '-') }}",
	block: "{% set s = record.score %}{{ s | float if s is not none and s != '' else none }}",
};
