"""A run in parts by dynamic task mapping of Airflow. All workers see /data."""

import json
import subprocess

import pendulum
from airflow.sdk import dag, task

SLUICE = ["sluice"]
WHERE = ["--config", "/data/sluice.yaml", "--spool", "/data/spool"]


@dag(schedule="@daily", start_date=pendulum.datetime(2026, 1, 1), catchup=False)
def sluice():
    @task
    def plan() -> list[str]:
        return subprocess.check_output([*SLUICE, "plan", *WHERE], text=True).splitlines()

    @task(retries=5, max_active_tis_per_dag=10)
    def run_part(line: str) -> str:
        subprocess.run([*SLUICE, "run-part", *WHERE], input=line, text=True, check=True)
        return json.loads(line)["plan"]

    @task
    def commit(plans: list[str]) -> None:
        subprocess.run([*SLUICE, "commit", "--plan", list(plans)[0], *WHERE], check=True)

    commit(run_part.expand(line=plan()))


sluice()
