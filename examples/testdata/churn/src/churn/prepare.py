"""Stage prepare: check the raw customers and split them into train and test."""

from pathlib import Path
from typing import Any

from sklearn.model_selection import train_test_split

from . import schema


def run(root: Path, params: dict[str, Any]) -> None:
    """Write the two halves; the same seed gives the same split."""
    data = params["data"]
    customers = schema.read(root / data["raw"])
    schema.check(customers)
    train, test = train_test_split(
        customers,
        test_size=data["test_size"],
        random_state=params["seed"],
        stratify=customers[schema.TARGET],
    )
    for name, part in (("train", train), ("test", test)):
        path = root / data[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        part.sort_index().to_csv(path, index=False, lineterminator="\n")
