"""A devcontainer.json is JSON with comments, and fits the Dockerfile that it names."""

import json
import re
import sys
from pathlib import Path

path, dockerfile = Path(sys.argv[1]), Path(sys.argv[2])
found = json.loads(re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.M))
known = {"name", "build", "remoteUser", "postCreateCommand", "forwardPorts", "portsAttributes", "customizations"}
assert found.keys() <= known, found.keys() - known
build = found["build"]
assert (path.parent / build["dockerfile"]).resolve() == dockerfile.resolve(), build
assert (path.parent / build["context"]).is_dir(), build
text = dockerfile.read_text("utf-8")
(stage,) = re.findall(rf"^FROM \S+ AS {build['target']}\n(.*?)(?=^FROM )", text, re.M | re.S)
assert re.search(rf"useradd .*\b{found['remoteUser']}\b", stage), "nobody makes the user"
assert found["forwardPorts"] == [int(p) for p in re.findall(r"^EXPOSE (\d+)$", text, re.M)], "another port"
