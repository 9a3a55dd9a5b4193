import {hash as change} from '../../../transforms/steps/conceal.ts';
import {either, object, text} from '../fields.ts';
import {defineStep} from '../step.ts';
import {fieldNames} from './field-names.ts';

export const hash = defineStep({
	type: 'hash',
	summary: 'SHA-256 in place of the values.',
	example: ['email'],
	value: either(
		[
			fieldNames,
			object(
				{
					names: {...fieldNames, doc: 'Fields to hash.'},
					secret: text({optional: true, doc: 'Key of an HMAC; keep it in secrets.toml.'}),
				},
				{doc: 'Fields, and a secret.'},
			),
		],
		{doc: 'Fields to hash.'},
	),
	make: change,
});
