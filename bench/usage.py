"""Runs a program that is not Node's, and reports what it and its children used as usage.js does: python3 usage.py PROGRAM ARGUMENTS."""

import json
import os
import resource
import subprocess
import sys
import time

# Programs that are started here do not have the descriptor.
descriptor = int(os.environ.pop("BENCH_USAGE_FD"))
started = time.monotonic()
# An interrupt ends the program too.
done = subprocess.run(sys.argv[1:])
# Python's own start is not the program's.
report = {"wallSeconds": time.monotonic() - started}

used = resource.getrusage(resource.RUSAGE_CHILDREN)
report |= {"userCPUTime": used.ru_utime * 1e6, "systemCPUTime": used.ru_stime * 1e6, "maxRSS": used.ru_maxrss}
os.write(descriptor, json.dumps(report).encode())
sys.exit(done.returncode if done.returncode >= 0 else 1)
