/** Other readers of our files than DuckDB: those that python3 can import. */
import {spawnSync} from 'node:child_process';

export const pythonReaders = ['polars', 'pyarrow', 'pandas'] as const;
export type PythonReader = (typeof pythonReaders)[number];

const reads: Record<PythonReader, string> = {
	polars: 'import polars\nrows = polars.scan_parquet(glob).collect().to_dicts()',
	pyarrow:
		'import glob as g, pyarrow.dataset\nrows = ' +
		'pyarrow.dataset.dataset(sorted(g.glob(glob))).to_table().to_pylist()',
	pandas:
		'import pandas, os\nrows = pandas.read_parquet(os.path.dirname(glob)).astype(object).to_dict("records")',
};

/** Why a test with it is skipped: `false` when it is there. */
export function missingReader(reader: PythonReader): string | false {
	const {status} = spawnSync('python3', ['-c', `import ${reader}, pyarrow`], {encoding: 'utf8'});
	return status === 0 ? false : `python3 cannot import ${reader}`;
}

/**
 * All rows of the files, by `id`: what the reader shows without any option. NaN stands for null in pandas.
 */
export function readWith(reader: PythonReader, glob: string): Record<string, unknown>[] {
	const script = `
import json, sys
glob = sys.argv[1]
${reads[reader]}
plain = lambda v: None if v is None or v != v else v if isinstance(v, (bool, int, float, str)) else str(v)
print(json.dumps(sorted([{k: plain(v) for k, v in row.items()} for row in rows], key=lambda row: row["id"])))`;
	const {status, stdout, stderr} = spawnSync('python3', ['-c', script, glob], {encoding: 'utf8'});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout) as Record<string, unknown>[];
}
