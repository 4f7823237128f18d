"""The command line: one subcommand a stage, `run` for all of them, and `predict`."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__, config, pipeline, predict


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="churn",
        description="Customer churn prediction",
    )
    top.add_argument("--version", action="version", version=__version__)
    top.add_argument("--root", type=Path, default=Path(), help="project folder (default: here)")
    top.add_argument("--env", default="dev", help="environment in configs/")
    commands = top.add_subparsers(dest="command", required=True)
    for stage in pipeline.STAGES:
        commands.add_parser(stage.name, help=stage.doc)
    commands.add_parser("run", help="Run every stage, in order.")
    scoring = commands.add_parser("predict", help="Score the customers of a CSV file.")
    scoring.add_argument("--input", type=Path, required=True)
    scoring.add_argument("--output", type=Path, help="CSV file to write (default: the terminal)")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; faults of the user's data or settings become one line and exit 1."""
    args = parser().parse_args(argv)
    try:
        environment = config.load_environment(args.root, args.env)
        logging.basicConfig(level=environment.log_level, format="%(levelname)s %(message)s")
        dispatch(args, environment)
    except (ValueError, pipeline.PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def dispatch(args: argparse.Namespace, environment: config.Environment) -> None:
    """Carry out the command that was parsed."""
    params = config.load_params(args.root)
    if args.command == "predict":
        scores = predict.run(args.root, params, environment, args.input)
        scores.to_csv(args.output or sys.stdout, index=False, lineterminator="\n")
        return
    for stage in pipeline.STAGES:
        if args.command in (stage.name, "run"):
            stage.execute(args.root, params)
