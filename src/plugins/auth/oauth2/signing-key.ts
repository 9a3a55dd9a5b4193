/** The fields of a key that signs a JSON Web Token. */
import {messageOf} from '../../../core/stage.ts';
import {isShared, type JwtKey, jwtAlgorithms, readPrivateKey} from '../../../http/auth/jwt.ts';
import {choice, either, json, list, type Options, type Report, record, text} from '../../fields.ts';

export const signingKey = {
	privateKey: text({optional: true, doc: 'PEM text of the key, for all but HS256, HS384 and HS512.'}),
	privateKeyPassphrase: text({optional: true, doc: 'Passphrase of the private key.'}),
	secret: text({optional: true, doc: 'Shared secret, for HS256, HS384 and HS512.'}),
	keyId: text({optional: true, doc: 'Header kid: name of the key.'}),
	algorithm: choice(jwtAlgorithms, {default: 'RS256', doc: 'How the assertion is signed.'}),
};

export const audience = either(
	[text({doc: 'One.'}), list(text({doc: 'One of them.'}), {min: 1, doc: 'Several.'})],
	{
		optional: true,
		doc: 'Claim aud: a text or a list. Default: access_token_url.',
	},
);

export const claims = record(json({doc: 'A value.'}), {
	optional: true,
	doc: 'Further claims; they go over the others.',
});

type SigningKey = Options<typeof signingKey>;

export function checkSigningKey(
	{algorithm, privateKey, privateKeyPassphrase, secret}: Partial<SigningKey>,
	report: Report,
): void {
	if (algorithm === undefined || !jwtAlgorithms.includes(algorithm)) return;
	if (isShared(algorithm)) {
		if (secret === undefined) report('secret', 'required key is missing');
	} else if (privateKey === undefined) report('privateKey', 'required key is missing');
	else if (typeof privateKey === 'string') {
		try {
			readPrivateKey(privateKey, privateKeyPassphrase, algorithm);
		} catch (error) {
			report('privateKey', messageOf(error));
		}
	}
}

export function toJwtKey(key: SigningKey): JwtKey {
	const {algorithm, privateKey, privateKeyPassphrase: passphrase, secret, keyId} = key;
	return {
		algorithm,
		...(privateKey !== undefined && {privateKey}),
		...(passphrase !== undefined && {passphrase}),
		...(secret !== undefined && {secret}),
		...(keyId !== undefined && {keyId}),
	};
}
