/** The schema of `client.proxy`. */
import * as z from 'zod';
import {messageOf} from '../../core/stage.ts';
import {proxyChoice} from '../../http/connection/proxy.ts';

/** The address of a proxy. It is parsed here, so that a faulty one is reported with its line. */
export function proxyUrl() {
	return z
		.string()
		.min(1)
		.superRefine((url, context) => {
			try {
				proxyChoice({http: {url, from: 'the URL'}});
			} catch (error) {
				context.addIssue({code: 'custom', message: messageOf(error)});
			}
		});
}
