"""The pipeline: its stages in order, each with what it reads and what it leaves.

Written from the stages in the spec. params.yaml holds the same paths.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import (
    evaluate,
    prepare,
    train,
)

log = logging.getLogger(__name__)


class PipelineError(RuntimeError):
    """A stage cannot run, or did not do what it promises."""


@dataclass(frozen=True)
class Stage:
    """One step; deps and outs are relative to the project."""

    name: str
    doc: str
    run: Callable[[Path, dict[str, Any]], None]
    deps: list[str]
    outs: list[str]

    def execute(self, root: Path, params: dict[str, Any]) -> None:
        """Run the stage in root, holding it to its contract on both sides."""
        for dep in self.deps:
            if not (root / dep).is_file():
                raise PipelineError(f"stage {self.name} needs {dep}, which is not there")
        log.info("stage %s: %s", self.name, self.doc)
        self.run(root, params)
        for out in self.outs:
            if not (root / out).is_file():
                raise PipelineError(f"stage {self.name} did not write {out}")


STAGES: tuple[Stage, ...] = (
    Stage(
        name="prepare",
        doc="Check the customers and split them.",
        run=prepare.run,
        deps=[
            "data/sample/customers.csv",
        ],
        outs=[
            "data/processed/train.csv",
            "data/processed/test.csv",
        ],
    ),
    Stage(
        name="train",
        doc="Fit the learner and keep the model.",
        run=train.run,
        deps=[
            "data/processed/train.csv",
        ],
        outs=[
            "models/churn.skops",
        ],
    ),
    Stage(
        name="evaluate",
        doc="Measure the model and hold the gates.",
        run=evaluate.run,
        deps=[
            "data/processed/train.csv",
            "data/processed/test.csv",
            "models/churn.skops",
        ],
        outs=[
            "reports/metrics.json",
        ],
    ),
)
