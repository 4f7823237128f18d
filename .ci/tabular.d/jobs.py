"""Prints the commands of a workflow, one a line: job, tab, command; ${{ matrix.X }} stays."""

import sys

import yaml

for name, job in yaml.safe_load(open(sys.argv[1], encoding="utf-8"))["jobs"].items():
    for step in job["steps"]:
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            if line.strip():
                print(f"{name}\t{line.strip()}")
