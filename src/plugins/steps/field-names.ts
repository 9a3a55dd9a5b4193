import {fieldPlace} from '../../../transforms/steps/place.ts';
import {list, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';

/** A field of a record: a name, or a path such as `address.city`. */
export const fieldName = text({check: problemOf(fieldPlace), doc: 'Name or path of a field.'});

export const fieldNames = list(fieldName, {doc: 'Names or paths of fields.'});
