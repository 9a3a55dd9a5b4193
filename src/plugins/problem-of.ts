import {ConfigError} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';

/** For the `check` of a field: what a function that reads the value complains of. */
export function problemOf<Value>(read: (value: Value) => unknown): (value: Value) => string | undefined {
	return value => {
		try {
			read(value);
			return undefined;
		} catch (error) {
			if (!(error instanceof ConfigError)) return messageOf(error);
			return error.issues.map(({message}) => message).join('; ');
		}
	};
}
