"""Every link of a Markdown file resolves: files and headings here, addresses to known hosts."""

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

HOSTS = {"docs.astral.sh", "localhost:8000", "localhost:9191"}


def text(path):
    """Text without code, in which nothing is a link."""
    out = re.sub(r"^(```|~~~).*?^\1$", "", Path(path).read_text("utf-8"), flags=re.M | re.S)
    return re.sub(r"<!--.*?-->", "", out, flags=re.S)


def headings(path):
    found = re.findall(r"^#{1,6} (.*)$", text(path), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in found}


def main(path):
    seen = text(path)
    plain = re.sub(r"`[^`\n]*`", "", seen)
    # The text of a link may be code; its target is none.
    targets = re.findall(r"\]\(([^()\s]+)\)", seen) + re.findall(r"<([a-z][a-z0-9+.-]*:[^ <>]+)>", plain)
    for target in targets:
        url = urlsplit(target)
        if url.scheme in ("http", "https"):
            assert url.netloc in HOSTS, f"{target}: the host is on no list"
        elif url.scheme:
            raise AssertionError(f"{target}: strange scheme")
        else:
            file = Path(path).parent / url.path if url.path else Path(path)
            assert file.exists(), f"{target}: no such file"
            assert not url.fragment or url.fragment in headings(file), f"{target}: no such heading"
    hosts = sorted({urlsplit(t).netloc for t in targets} - {""})
    print(f"{path}: {len(targets)} links; hosts not asked: {', '.join(hosts) or 'none'}")


for name in sys.argv[1:]:
    main(name)
