/** The importers whose source is one text: a file, or what a URL returns. */
import {importDlt} from './dlt/import.ts';
import {importHar} from './har/har.ts';
import type {ImportedConfig} from './imported-config.ts';
import {importOpenApi, origins as openApiOrigins} from './openapi/import.ts';
import {importPostman} from './postman/postman.ts';
import {origins as catalogOrigins, importCatalog} from './singer/catalog.ts';
import {parsedObject} from './source-text.ts';

export interface Source {
	/** The file or URL. */
	readonly from: string;
	readonly text: string;
	readonly baseUrl?: string | undefined;
	/** Whether columns that are never null in the source are required. @default false */
	readonly isStrict?: boolean | undefined;
	/** The name of one of several configs in the source. @default the only one */
	readonly name?: string | undefined;
	/** The command that runs a source in Python. @default it is not run */
	readonly python?: string | undefined;
	readonly signal: AbortSignal;
}

export interface Importer {
	/** Description of its source, for messages: `an OpenAPI document`. */
	readonly what: string;
	/** Sources of keys, for comments. */
	readonly origins: {readonly [key: string]: string};
	read(source: Source): ImportedConfig | Promise<ImportedConfig>;
}

const openapi: Importer = {
	what: 'an OpenAPI document, in YAML or JSON',
	origins: openApiOrigins,
	read({text, ...options}) {
		return importOpenApi(parsedObject(text, options.from, this.what), options);
	},
};

const postman: Importer = {
	what: 'a collection of Postman, v2.0 or v2.1',
	origins: {},
	read({text, ...options}) {
		return importPostman(parsedObject(text, options.from, this.what), options);
	},
};

const har: Importer = {
	what: 'an HTTP archive (HAR)',
	origins: {},
	read({text, ...options}) {
		return importHar(parsedObject(text, options.from, this.what), options);
	},
};

const dlt: Importer = {
	what: "a Python file with a config of dlt's rest_api source",
	origins: {},
	read: importDlt,
};

const singer: Importer = {
	what: 'the catalog of a Singer tap, which tap --discover prints',
	origins: catalogOrigins,
	read({text, ...options}) {
		return importCatalog(parsedObject(text, options.from, this.what), options);
	},
};

export const importers = {openapi, postman, har, dlt, singer} as const;
export type ImporterName = keyof typeof importers;
