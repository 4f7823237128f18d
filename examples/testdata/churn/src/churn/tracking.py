# Written by mlops (builtin/tracking-mlflow): change mlops.hcl instead.
"""Records the last run of the pipeline: its parameters, metrics and model."""

import json
import os
import sys
import tomllib
from importlib.metadata import version
from typing import Any

import skops.io

from churn import contract
from churn.pipeline import model, settings

URI = "sqlite:///mlflow.db"
EXPERIMENT = "churn"
_NEEDED = ("numpy", "pandas", "scikit-learn", "skops")


def params() -> dict[str, object]:
    """Read the parameters of all stages, as STAGE.NAME."""
    with settings.PARAMS.open("rb") as file:
        found = tomllib.load(file)
    return {f"{stage}.{k}": v for stage, given in found.items() for k, v in given.items()}


def measured() -> dict[str, float]:
    """Read the metrics, those of the baseline as baseline.NAME."""
    found: dict[str, Any] = json.loads(settings.REPORT.read_text(encoding="utf-8"))
    least = found.pop("baseline", {})
    return found | {f"baseline.{k}": v for k, v in least.items()}


def record(uri: str) -> str:
    """Record a run and return its id."""
    # It reports its use elsewhere unless told not to, and takes long to import.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow
    import mlflow.sklearn

    predictor = model.load(settings.MODEL)
    seen = model.features(contract.load(settings.TEST))
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run() as run:
        mlflow.log_params(params())
        mlflow.log_metrics(measured())
        mlflow.sklearn.log_model(
            predictor,
            name="model",
            signature=mlflow.models.infer_signature(seen, predictor.predict(seen)),
            skops_trusted_types=skops.io.get_untrusted_types(file=settings.MODEL),
            pip_requirements=[f"{name}=={version(name)}" for name in _NEEDED],
        )
    return str(run.info.run_id)


def main() -> int:
    """Record the last run."""
    for path in (settings.MODEL, settings.TEST, settings.REPORT):
        if not path.is_file():
            print(f"{path}: is missing; run the pipeline first", file=sys.stderr)
            return 1
    print(record(os.environ.get("MLFLOW_TRACKING_URI", URI)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
