# From mlops (builtin/train-tabular): your edits stay, updates are merged.
"""The model: what it sees, how empty values are filled in, what learns."""

import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from churn.contract import FEATURES
from churn.pipeline import settings

_IMPUTE = {"mean": "mean", "median": "median", "mode": "most_frequent", "zero": "constant"}
_TRUSTED = ("lightgbm.", "numpy.", "sklearn.", "xgboost.", "builtins.", "collections.")
_NAMES = re.compile(r'(?<="__id__": )\d+|(?<="file": ")[^".]+')


def build(**params: Any) -> Pipeline:
    """Make an untrained model; what is given goes to the learner."""
    numbers: dict[str, list[str]] = {}
    words = []
    for column in FEATURES:
        if column.is_number or column.type == "bool":
            how = _IMPUTE.get(settings.IMPUTE.get(column.name, ""), "median")
            numbers.setdefault(how, []).append(column.name)
        elif column.type == "category":
            words.append(column.name)
    steps: list[tuple[str, Any, list[str]]] = []
    for how, names in numbers.items():
        fill = SimpleImputer(strategy=how, keep_empty_features=True)
        steps.append((how, make_pipeline(fill, StandardScaler()), names))
    fill = SimpleImputer(strategy="constant", fill_value="", missing_values=None)
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps.append(("category", make_pipeline(fill, encode), words))
    learner = HistGradientBoostingClassifier(**params)
    return Pipeline([("columns", ColumnTransformer(steps)), ("learner", learner)])


def target(frame: pd.DataFrame) -> "pd.Series[Any]":
    """Return what is to be predicted."""
    return frame[settings.TARGET]


def features(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the model sees."""
    return frame[[column.name for column in FEATURES]]


def save(model: Pipeline, path: Path) -> None:
    """Write a model without pickle; the same model is the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers: dict[str, str] = {}

    def number(name: re.Match[str]) -> str:
        return numbers.setdefault(name[0], str(len(numbers)))

    # skops names parts by where they lie in memory, and the archive holds the time.
    with ZipFile(io.BytesIO(skops.io.dumps(model))) as made, ZipFile(path, "w") as out:
        schema = _NAMES.sub(number, made.read("schema.json").decode())
        for name in made.namelist():
            stem, dot, kind = name.partition(".")
            content = schema.encode() if name == "schema.json" else made.read(name)
            out.writestr(ZipInfo(numbers.get(stem, stem) + dot + kind), content)


def load(path: Path) -> Pipeline:
    """Read a model, and refuse one that holds anything but parts of known libraries."""
    types = skops.io.get_untrusted_types(file=path)
    if strange := [name for name in types if not name.startswith(_TRUSTED)]:
        raise ValueError(f"{path} holds {', '.join(strange)}")
    return skops.io.load(path, trusted=types)
