/** The page about the examples of the package, made from the comments at their heads. */
import {join} from 'node:path';
import {type Example, examples} from '../../src/init/catalogue.ts';
import {root} from './pages.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({name, title, docs, resources, auth, unchecked}: Example): string =>
	`| [\`${name}\`](../../examples/${name}/sluice.yaml) | [${title}](${docs}) | ` +
	`${resources.map(each => `\`${each}\``).join(', ')} | ${cell(auth)} | ${cell(unchecked.join(' '))} |`;

export async function cataloguePage(): Promise<string> {
	const all = await examples(join(root, 'examples'));
	return `# Begin with an example

<!-- Made by npm run docs:reference from the comments in examples. Change those, not this page. -->

\`\`\`sh
sluice init --list
sluice init --from github
\`\`\`

The package has configs for ${all.length} public APIs. \`init --from NAME\` copies one into the current folder
(\`--output FOLDER\`: another one), adds a \`.gitignore\`, and names the secrets and variables to set. It asks
the API for nothing.

Each config has the paging, keys, filters by time, limits and error answers of its API as the vendor documents
them. A test runs it against a server that behaves as the documentation says, not against the API itself. Facts
that no documentation confirms are in the last column, and at the head of the file. Delete the resources that you
do not need. \`sluice run --dry-run --probe\` asks for one page of each resource, and writes nothing.

| name | API | resources | credentials | unchecked |
| --- | --- | --- | --- | --- |
${all.map(row).join('\n')}
`;
}
