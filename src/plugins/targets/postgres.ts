import {text} from '../fields.ts';
import {defineTarget} from '../target.ts';

export const postgres = defineTarget({
	type: 'postgres',
	summary: 'Tables in PostgreSQL, each run in transactions with its place: postgres://user@host/database.',
	schemes: ['postgres', 'postgresql'],
	takes: 'csv',
	fields: {
		schema: text({default: 'public', doc: 'The schema of the tables. It is made if it is not there.'}),
	},
	async make({schema}) {
		const {postgresTarget} = await import('../../../sinks/targets/postgres/target.ts');
		return postgresTarget({schema});
	},
});
