import {oauth2Jwt as authenticator} from '../../http/auth/oauth/oauth2-jwt.ts';
import {defineAuth} from '../auth.ts';
import {either, list, seconds, text} from '../fields.ts';
import {audience, checkSigningKey, claims, signingKey, toJwtKey} from './oauth2/signing-key.ts';
import {checkPublicClient, publicClient, publicGrantOptions, tokenRequest} from './oauth2/token-request.ts';

export const oauth2Jwt = defineAuth({
	type: 'oauth2_jwt',
	summary: 'A token fetched with a signed assertion (RFC 7523), as service accounts do.',
	example: {accessTokenUrl: 'https://api.example.com/token', issuer: 'me@example.com', privateKey: 'PEM'},
	fields: {
		issuer: text({optional: true, doc: 'Claim iss. Default: client_id.'}),
		subject: text({optional: true, doc: 'Claim sub. Default: the issuer.'}),
		audience,
		scopes: either([text({doc: 'One text.'}), list(text({doc: 'A scope.'}), {doc: 'Several.'})], {
			optional: true,
			doc: 'Claim scope.',
		}),
		claims,
		...signingKey,
		lifetime: seconds({above: 0, default: 1200, doc: 'Seconds until the assertion expires.'}),
		...publicClient,
		...tokenRequest,
	},
	check(auth, report) {
		checkPublicClient(auth, report);
		if (auth.issuer === undefined && auth.clientId === undefined)
			report('issuer', 'required key is missing, or {clientId}');
		checkSigningKey(auth, report);
	},
	make({issuer, subject, audience, scopes, claims, lifetime, ...auth}) {
		return authenticator({
			...publicGrantOptions(auth),
			...toJwtKey(auth),
			...(issuer !== undefined && {issuer}),
			...(subject !== undefined && {subject}),
			...(audience !== undefined && {audience}),
			...(scopes !== undefined && {scopes: [scopes].flat()}),
			...(claims && {claims}),
			lifetimeSeconds: lifetime,
		});
	},
});
