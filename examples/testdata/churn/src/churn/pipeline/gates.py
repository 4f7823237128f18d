# Written by mlops (builtin/train-tabular): change mlops.hcl instead.
"""What the model must reach."""

from dataclasses import dataclass

METRIC = "roc_auc"
HIGHER_IS_BETTER = True
BASELINE = "most_frequent"


@dataclass(frozen=True)
class Gate:
    """Bounds of a metric on the test data."""

    metric: str
    min: float | None = None
    max: float | None = None


GATES: tuple[Gate, ...] = (
    Gate(
        metric="roc_auc",
        min=0.75,
    ),
)
