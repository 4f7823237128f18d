"""A commit changed only the numbers of the README and of the model card.

Arguments: the parts that may have changed as FILE:HEADING, after the commit before.
"""

import re
import subprocess
import sys


def git(*args):
    return subprocess.run(["git", *args], check=True, capture_output=True, text=True).stdout


def sections(text):
    pieces = re.split(r"^(## .*)$", text, flags=re.M)
    return dict(zip(["", *pieces[1::2]], [pieces[0], *pieces[2::2]], strict=True))


commit, allowed = sys.argv[1], {tuple(a.split(":")) for a in sys.argv[2:]}
changed = set()
for name in git("diff", "--name-only", commit, "HEAD").split():
    if name.startswith(".mlops/") or name == "mlops.lock.json":
        continue
    before, after = (sections(git("show", f"{at}:{name}")) for at in (commit, "HEAD"))
    changed |= {(name, h.removeprefix("## ")) for h in before.keys() | after.keys() if before.get(h) != after.get(h)}
assert changed == allowed, f"changed: {sorted(changed)}"
