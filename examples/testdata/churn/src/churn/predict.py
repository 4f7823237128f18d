"""Score customers with the trained model."""

from pathlib import Path
from typing import Any

import pandas as pd

from . import features, model, schema
from .config import Environment


def score(customers: pd.DataFrame, path: Path, environment: Environment) -> pd.DataFrame:
    """Return one row a customer: the id, the probability to leave, and the decision."""
    schema.check(customers, with_target=False)
    estimator = model.load(path)
    inputs = features.add(customers)[[*schema.FEATURES, *features.DERIVED]]
    probability = estimator.predict_proba(inputs)[:, 1]
    return pd.DataFrame(
        {
            schema.ID: customers[schema.ID],
            "probability": probability.round(6),
            "decision": (probability >= environment.threshold).astype(int),
        }
    ).sort_values(["probability", schema.ID], ascending=[False, True], ignore_index=True)


def run(root: Path, params: dict[str, Any], environment: Environment, source: Path) -> pd.DataFrame:
    """Score the customers in source, at most as many as the environment allows."""
    customers = schema.read(source).head(environment.max_rows)
    return score(customers, root / params["model"]["path"], environment)
