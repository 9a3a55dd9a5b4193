"""A run in parts by Ray. All nodes see /data."""

import subprocess

import ray

SLUICE = ["sluice"]
WHERE = ["--config", "/data/sluice.yaml", "--spool", "/data/spool"]


@ray.remote(max_retries=5, retry_exceptions=True)
def run_part(line: str) -> None:
    subprocess.run([*SLUICE, "run-part", *WHERE], input=line, text=True, check=True)


if __name__ == "__main__":
    ray.init()
    lines = subprocess.check_output([*SLUICE, "plan", *WHERE], text=True).splitlines()
    ray.get([run_part.remote(line) for line in lines])
    subprocess.run([*SLUICE, "commit", *WHERE], check=True)
