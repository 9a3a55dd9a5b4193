/** Secrets in imported requests: each gets a name in secrets.toml, and its value stays out of the config. */
import {mapLeaves} from '../../config/tree.ts';
import {isSecretName} from '../../core/secret.ts';
import {plainName} from '../../resource/paging/known-places.ts';

const secretWord =
	/(csrf|xsrf|session(id)?|sid|apikey|accesskey|secret|passw(or)?d|signature|credential|bearer|jwt|authorization|cookie)/;
const tokenWord = /(token|auth)$/;
const pageToken = /(page|next|continuation|sync|cursor|skip)token$|^token(type|count)$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export class Secrets {
	readonly values = new Map<string, string>();
	readonly #names = new Map<string, string>();

	/** `${secrets.name}` for a value. Another value under the same name gets a name of its own. */
	reference(wanted: string, value: string): string {
		const name = this.#names.get(value) ?? this.#freeName(wanted);
		this.#names.set(value, name);
		this.values.set(name, value);
		return `\${secrets.${name}}`;
	}

	#freeName(wanted: string): string {
		const plain =
			wanted
				.toLowerCase()
				.replace(/\W+/g, '_')
				.replace(/^_+|_+$/g, '') || 'secret';
		let name = plain;
		for (let i = 2; this.values.has(name); i++) name = `${plain}_${i}`;
		return name;
	}

	/** A copy of a value of the config with its secrets replaced; `key` is the name of the value itself. */
	hidden<T>(tree: T, key = ''): T {
		return mapLeaves(tree, (leaf, path) => {
			const name = String(path.findLast(step => typeof step === 'string') ?? key);
			return typeof leaf === 'string' ? this.hiddenText(name, leaf) : leaf;
		}) as T;
	}

	/** The text, or its reference if it is a secret by its name or its looks. */
	hiddenText(name: string, text: string): string {
		const [, scheme = '', value = text] = /^((?:Bearer|Basic|Token) )?(.*)$/is.exec(text) ?? [];
		if (value === '' || /\$\{[^}]*\}/.test(value)) return text;
		const isSecret = isSecretByName(name) || looksRandom(value);
		// The value of a config has its braces doubled, and `${` escaped.
		const plain = value
			.replaceAll('$${', () => '${')
			.replaceAll('{{', '{')
			.replaceAll('}}', '}');
		return isSecret ? `${scheme}${this.reference(name, plain)}` : text;
	}
}

export function isSecretByName(name: string): boolean {
	const plain = plainName(name);
	if (pageToken.test(plain)) return false;
	return isSecretName(name) || secretWord.test(plain) || tokenWord.test(plain) || plain === 'key';
}

/** A JSON Web Token, or a long word of letters and digits that no person has chosen. */
export function looksRandom(value: string): boolean {
	if (/^eyJ[\w-]+\.[\w-]+/.test(value)) return true;
	return (
		/^[\w+/=.~-]{24,}$/.test(value) &&
		/\d.*\d.*\d/.test(value) &&
		/[a-z]/i.test(value) &&
		!uuid.test(value) &&
		!/^\d{4}-\d\d-\d\d/.test(value)
	);
}
