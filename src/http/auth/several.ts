import type {Authenticator} from './authenticator.ts';

/**
 * Several authenticators on one request, in order: for example a key, a token, and last a signature over
 * both.
 * @example several([apiKey({name: 'X-Key', value: key}), bearer(token)])
 */
export function several(authenticators: readonly Authenticator[]): Authenticator {
	const renewing = authenticators.filter(({refresh}) => refresh);
	return {
		secretParams: authenticators.flatMap(({secretParams = []}) => secretParams),
		async apply(request, context) {
			for (const authenticator of authenticators) await authenticator.apply(request, context);
		},
		...(renewing.length > 0 && {
			async refresh(rejected, context, answer) {
				for (const authenticator of renewing) await authenticator.refresh?.(rejected, context, answer);
			},
		}),
	};
}
