"""The model: preprocessing and learner in one scikit-learn pipeline, and its file.

Models are kept with skops, not pickle: a pickle runs any code that its author
put in, skops loads only the types named here.
"""

from pathlib import Path
from typing import Any

import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from . import features, schema

LEARNERS = {
    "hist_gradient_boosting": HistGradientBoostingClassifier,
    "logistic_regression": LogisticRegression,
    "random_forest": RandomForestClassifier,
}

# What the learners hold inside and skops does not trust by itself; which of these
# a file holds depends on the version of scikit-learn.
TRUSTED = {
    "numpy.dtype",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
}


def build(learner: str, params: dict[str, Any], seed: int) -> Pipeline:
    """Assemble an untrained model."""
    if learner not in LEARNERS:
        raise ValueError(f"unknown learner {learner!r} (known: {', '.join(sorted(LEARNERS))})")
    numeric = [*schema.NUMERIC, *features.DERIVED]
    preprocess = ColumnTransformer(
        [
            ("numeric", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
            ("category", OneHotEncoder(handle_unknown="ignore"), list(schema.CATEGORICAL)),
        ]
    )
    estimator = LEARNERS[learner](**params, random_state=seed)
    return Pipeline([("preprocess", preprocess), ("learner", estimator)])


def save(model: Pipeline, path: Path) -> None:
    """Write a trained model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    skops.io.dump(model, path)


def load(path: Path) -> Pipeline:
    """Read a trained model, refusing a file that holds any type but the known ones."""
    unknown = set(skops.io.get_untrusted_types(file=path)) - TRUSTED
    if unknown:
        raise ValueError(f"{path}: holds types that are not trusted: {', '.join(sorted(unknown))}")
    return skops.io.load(path, trusted=sorted(TRUSTED))
