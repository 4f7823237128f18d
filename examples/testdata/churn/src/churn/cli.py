# From mlops (builtin/python-package): your edits stay, updates are merged.
"""The command line."""

import argparse
from collections.abc import Sequence

from churn import __version__


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    p = argparse.ArgumentParser(
        prog="churn",
        description="Ranks customers by how likely they are to leave in the next month.",
    )
    p.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    p = parser()
    p.parse_args(argv)
    p.print_help()
    return 0
