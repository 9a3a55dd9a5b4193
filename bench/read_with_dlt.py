"""Reads the bench server with dlt into files: python read_with_dlt.py URL FOLDER FORMAT PAGE, where FORMAT is jsonl or parquet."""

import os
import sys

url, folder, file_format, page = sys.argv[1:]
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
# The others do not compress JSON Lines either.
os.environ["NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION"] = "true"
os.environ["DESTINATION__FILESYSTEM__BUCKET_URL"] = f"file://{folder}/files"

import dlt  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402

source = rest_api_source(
    {
        "client": {"base_url": url},
        "resources": [
            {
                "name": "rows",
                "primary_key": "id",
                "write_disposition": "replace",
                "endpoint": {
                    "path": "rows",
                    "data_selector": "data",
                    "paginator": {"type": "offset", "limit": int(page), "total_path": "total"},
                },
            }
        ],
    },
    name="bench",
    # Objects stay in their column, as in Sluice's files.
    max_table_nesting=0,
)
pipeline = dlt.pipeline("bench", destination="filesystem", dataset_name="bench", pipelines_dir=f"{folder}/state")
pipeline.run(source, loader_file_format=file_format)
