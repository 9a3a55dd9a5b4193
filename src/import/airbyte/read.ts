/** Reads the files of a connector: a single manifest, its folder, or the zip archive of Airbyte's builder. */
import {readdir, readFile, stat} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {asObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {ignoreCodes} from '../../core/files/durable.ts';
import {filesOf} from '../../http/decode/zip.ts';
import {resolvedManifest} from './manifest.ts';
import {parseManifestText} from './yaml.ts';

export interface ConnectorFiles {
	/** The name of the connector in messages. */
	readonly name: string;
	readonly manifest: PlainObject;
	/** JSON Schemas by the names of their files, without folder and extension. */
	readonly schemas: ReadonlyMap<string, PlainObject>;
}

/** Reads one file of the connector. The name is a path below the connector. */
type ReadText = (name: string) => Promise<string>;

const MOST_BYTES = 64 * 1024 * 1024;
const manifestName = /(^|\/)manifest\.ya?ml$/;
const specName = /(^|\/)spec\.(json|ya?ml)$/;
const schemaName = /(^|\/)schemas\/[^/]+\.json$/;

/** Reads a connector. Throws a `ConfigError` if the path is not one. */
export async function readConnector(path: string): Promise<ConnectorFiles> {
	const found = await stat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	if (!found)
		throw new ConfigError(`${path} is not there; give a manifest.yaml, its folder, or a zip archive`);
	if (found.isDirectory())
		return fromNames(path, await filesIn(path), name => readFile(join(path, name), 'utf8'));
	if (found.size > MOST_BYTES)
		throw new ConfigError(`${path} has more than ${MOST_BYTES} bytes, which no manifest has`);
	const bytes = await readFile(path);
	if (bytes.subarray(0, 2).toString('latin1') === 'PK') return fromArchive(path, bytes);
	return {
		name: nameOf(path),
		manifest: resolvedManifest(parseManifestText(bytes.toString('utf8'), path), path),
		schemas: new Map(),
	};
}

function fromArchive(path: string, bytes: Buffer): Promise<ConnectorFiles> {
	const files = new Map(filesOf(bytes).map(file => [file.name, file]));
	return fromNames(path, [...files.keys()], async name => {
		const pieces: Uint8Array[] = [];
		let size = 0;
		for await (const piece of files.get(name)?.read() ?? []) {
			size += piece.length;
			if (size > MOST_BYTES) throw new ConfigError(`${name} in ${path} has more than ${MOST_BYTES} bytes`);
			pieces.push(piece);
		}
		return Buffer.concat(pieces).toString('utf8');
	});
}

async function fromNames(path: string, names: readonly string[], read: ReadText): Promise<ConnectorFiles> {
	const [main] = names.filter(name => manifestName.test(name)).sort((a, b) => a.length - b.length);
	if (main === undefined)
		throw new ConfigError(`${path} has no manifest.yaml in it, so it is no connector of this kind`);
	const given = asObject(parseManifestText(await read(main), `${path}/${main}`));
	const spec = names.find(name => specName.test(name));
	const whole =
		given.spec === undefined && spec !== undefined
			? {...given, spec: specIn(parseManifestText(await read(spec), `${path}/${spec}`))}
			: given;
	const schemas = new Map<string, PlainObject>();
	for (const name of names.filter(name => schemaName.test(name)))
		schemas.set(basename(name, '.json'), asObject(parseManifestText(await read(name), `${path}/${name}`)));
	return {name: nameOf(path), manifest: resolvedManifest(whole, path), schemas};
}

// A separate spec file has the protocol's camel case.
function specIn(given: unknown): PlainObject {
	const {connectionSpecification, connection_specification = connectionSpecification} = asObject(given);
	return {type: 'Spec', connection_specification};
}

/** Files of a folder and of its direct subfolders. Deeper files belong to tests and dependencies. */
async function filesIn(folder: string): Promise<string[]> {
	const names: string[] = [];
	for (const entry of await readdir(folder, {withFileTypes: true})) {
		if (entry.isFile()) names.push(entry.name);
		if (!entry.isDirectory() || /^(\.|node_modules$|unit_tests$|integration_tests$)/.test(entry.name))
			continue;
		for (const inner of await readdir(join(folder, entry.name), {withFileTypes: true})) {
			const name = `${entry.name}/${inner.name}`;
			if (inner.isFile()) names.push(name);
			else if (inner.isDirectory() && inner.name === 'schemas')
				names.push(...(await readdir(join(folder, name))).map(file => `${name}/${file}`));
		}
	}
	return names;
}

function nameOf(path: string): string {
	const whole = resolve(path);
	const name = basename(whole).replace(/\.(ya?ml|json|zip)$/, '');
	return name === 'manifest' ? basename(dirname(whole)) : name;
}
