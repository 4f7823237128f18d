# Written by mlops (builtin/serve-fastapi): change mlops.hcl instead.
"""Starts the service, or writes its description."""

import argparse
import json
import sys
from pathlib import Path

import uvicorn

from churn.serve.app import create_app

HOST = "0.0.0.0"
PORT = 8000


def main(argv: list[str] | None = None) -> int:
    """Serve until stopped."""
    p = argparse.ArgumentParser(prog="churn.serve", description=__doc__)
    p.add_argument("--host", default=HOST)
    p.add_argument("--port", type=int, default=PORT)
    p.add_argument("--openapi", type=Path, help="write the description to this file and stop")
    given = p.parse_args(argv)
    app = create_app()
    if given.openapi:
        text = json.dumps(app.openapi(), indent=2, sort_keys=True) + "\n"
        given.openapi.write_text(text, encoding="utf-8")
        return 0
    uvicorn.run(app, host=given.host, port=given.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
