"""Ranks customers by how likely they are to leave: whom to call first."""

import argparse
import sys
import tomllib
from pathlib import Path

import pandas as pd

from churn import contract
from churn.pipeline import model, settings

CONFIGS = Path("configs")


def rank(frame: pd.DataFrame, chance: list[float], config: dict[str, float]) -> pd.DataFrame:
    """Return who is above the threshold, most likely first, at most as many as the limit."""
    named = frame.assign(chance=chance)
    called = named[named["chance"] >= config["threshold"]].sort_values("chance", ascending=False)
    return called.head(int(config["limit"])) if "limit" in config else called


def main(argv: list[str] | None = None) -> int:
    """Print the customers of a file as CSV, with their chance."""
    p = argparse.ArgumentParser(prog="churn.rank", description=__doc__)
    p.add_argument("data", type=Path)
    p.add_argument("--env", default="dev", help="environment: a file in configs/")
    given = p.parse_args(argv)
    config = tomllib.loads((CONFIGS / f"{given.env}.toml").read_text(encoding="utf-8"))
    frame = contract.typed(contract.read(given.data))
    learned = model.load(settings.MODEL)
    column = list(learned.classes_).index(settings.POSITIVE)
    chance = learned.predict_proba(model.features(frame))[:, column].round(4).tolist()
    rank(frame, chance, config).to_csv(sys.stdout, index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
