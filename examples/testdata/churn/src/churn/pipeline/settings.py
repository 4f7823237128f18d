# Written by mlops (builtin/train-tabular): change mlops.hcl instead.
"""Where the pipeline reads and writes, and what it learns."""

import tomllib
from pathlib import Path
from typing import Any

PARAMS = Path("params.toml")
PREPARE_STAGE = "prepare"
TRAIN_STAGE = "train"

TRAIN = Path("data/prepared/train.csv")
TEST = Path("data/prepared/test.csv")
MODEL = Path("models/model.skops")
REPORT = Path("reports/metrics.json")

TARGET = "churned"
POSITIVE: object = 1.0

# How empty values of a feature are filled in.
IMPUTE: dict[str, str] = {
    "spend": "median",
}


def params(stage: str) -> dict[str, Any]:
    """Read the parameters of a stage."""
    with PARAMS.open("rb") as file:
        found: dict[str, Any] = tomllib.load(file).get(stage, {})
    return found
