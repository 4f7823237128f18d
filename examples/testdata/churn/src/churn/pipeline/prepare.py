# From mlops (builtin/train-tabular): your edits stay, updates are merged.
"""Splits the data into what is learned from and what is tested on."""

from pathlib import Path

from sklearn.model_selection import train_test_split

from churn import contract
from churn.pipeline import settings


def prepare(data: Path, train: Path, test: Path, *, test_size: float, seed: int) -> None:
    """Split a file that keeps the contract; the same seed gives the same split."""
    if found := contract.problems(frame := contract.read(data)):
        raise SystemExit("\n".join(f"{data}: {problem}" for problem in found))
    frame = frame[frame[settings.TARGET].notna()]
    parts = train_test_split(
        frame,
        test_size=test_size,
        random_state=seed,
        stratify=frame[settings.TARGET],
    )
    for path, part in zip((train, test), parts, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    given = settings.params(settings.PREPARE_STAGE)
    prepare(
        contract.PATH,
        settings.TRAIN,
        settings.TEST,
        test_size=given.get("test_size", 0.2),
        seed=given.get("seed", 0),
    )
