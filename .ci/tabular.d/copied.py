"""Every file that a Dockerfile copies is there and gets past .dockerignore."""

import fnmatch
import re
import subprocess
import sys

dockerfile, ignore = (open(name, encoding="utf-8").read() for name in sys.argv[1:3])
allowed = [line[1:] for line in ignore.splitlines() if line.startswith("!")]
ports = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.M)
assert len(ports) == 1 and f":{ports[0]}/" in dockerfile, "the health check asks another port"
here = subprocess.run(["git", "ls-files", "-co"], check=True, capture_output=True, text=True).stdout.split("\n")
found = 0
for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.M):
    for source in line.split()[:-1]:
        source = source.removeprefix("./")
        match = [f for f in here if fnmatch.fnmatch(f, source) or f.startswith(source + "/")]
        assert match, f"{source} is not there"
        assert any(fnmatch.fnmatch(a, source) for a in allowed), f".dockerignore leaves out {source}"
        found += 1
assert found >= 4, dockerfile
