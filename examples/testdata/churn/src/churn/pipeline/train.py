# From mlops (builtin/train-tabular): your edits stay, updates are merged.
"""Trains the model."""

from pathlib import Path
from typing import Any

from churn import contract
from churn.pipeline import model, settings


def train(data: Path, to: Path, *, seed: int, **params: Any) -> None:
    """Train on a file and write the model; what else is given goes to the learner."""
    frame = contract.load(data)
    learned = model.build(random_state=seed, **params)
    learned.fit(model.features(frame), model.target(frame))
    model.save(learned, to)


if __name__ == "__main__":
    train(settings.TRAIN, settings.MODEL, **{"seed": 0, **settings.params(settings.TRAIN_STAGE)})
