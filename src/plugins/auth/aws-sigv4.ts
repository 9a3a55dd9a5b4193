import {awsSigV4 as authenticator} from '../../http/auth/aws-sigv4.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';

export const awsSigV4 = defineAuth({
	type: 'aws_sigv4',
	summary: 'A signature as AWS wants it (Signature Version 4).',
	fields: {
		accessKeyId: text({doc: 'Id of the access key.'}),
		secretAccessKey: text({doc: 'The access key itself.'}),
		sessionToken: text({optional: true, doc: 'Of temporary credentials.'}),
		region: text({doc: 'Such as eu-central-1.'}),
		service: text({
			default: 'execute-api',
			doc: 'Name of the service in signatures: execute-api, s3, es …',
		}),
	},
	make: authenticator,
});
