"""Reads the bench server with dlt: python read_with_dlt.py URL FOLDER. Reports what it used as usage.js does."""

import json
import os
import resource
import sys

descriptor = int(os.environ.pop("BENCH_USAGE_FD"))
url, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["DESTINATION__FILESYSTEM__BUCKET_URL"] = f"file://{folder}/files"

import dlt  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402

source = rest_api_source(
    {
        "client": {"base_url": url},
        "resources": [
            {
                "name": "rows",
                "write_disposition": "replace",
                "endpoint": {
                    "path": "rows",
                    "data_selector": "data",
                    "paginator": {"type": "offset", "limit": 100, "total_path": "total"},
                },
            }
        ],
    },
    name="bench",
    max_table_nesting=0,
)
pipeline = dlt.pipeline("bench", destination="filesystem", dataset_name="bench", pipelines_dir=f"{folder}/state")
pipeline.run(source, loader_file_format="jsonl")

used = resource.getrusage(resource.RUSAGE_SELF)
report = {"userCPUTime": used.ru_utime * 1e6, "systemCPUTime": used.ru_stime * 1e6, "maxRSS": used.ru_maxrss}
os.write(descriptor, json.dumps(report).encode())
