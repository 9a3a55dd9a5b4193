/** The schema of `client.tls`. */
import * as z from 'zod';
import {always, object, text, whenNeeded} from '../schema/object.ts';

export const tls = whenNeeded(() =>
	object({
		ca: z
			.union([text(), z.array(text()).min(1)])
			.optional()
			.describe(
				'Authorities that are trusted too: a file in PEM relative to the config, or the PEM itself, or ' +
					'a list.',
			),
		cert: text()
			.optional()
			.describe('Certificate of the client, for servers that ask for one: a file or PEM.'),
		key: text().optional().describe('Private key of cert: a file or PEM.'),
		passphrase: text().optional().describe('Of the key, if it is encrypted.'),
		server_name: text().optional().describe('Name that the certificate of base_url has. Default: its host.'),
		min_version: z
			.enum(['TLSv1.2', 'TLSv1.3'])
			.optional()
			.describe('Oldest version of TLS. Default: TLSv1.2.'),
		insecure: z
			.boolean()
			.optional()
			.describe('true: every certificate is trusted, with a warning. Default: false.'),
	}).superRefine(({cert, key}, context) => {
		const report = (path: string) =>
			context.addIssue({code: 'custom', message: 'required key is missing', path: [path]});
		if (cert !== undefined && key === undefined) report('key');
		if (key !== undefined && cert === undefined) report('cert');
	}, always),
);

export type TlsConfig = z.infer<typeof tls>;
