import {ConfigError} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';

/** A `check` for a field: it returns the message of the error that `read` throws for the value. */
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
