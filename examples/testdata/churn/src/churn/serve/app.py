# From mlops (builtin/serve-fastapi): your edits stay, updates are merged.
"""Answers with predictions over HTTP."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fastapi import FastAPI, HTTPException, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)

from churn.contract import FEATURES
from churn.pipeline import model
from churn.serve.schema import Features, Prediction

ARTIFACT = Path("models/model.skops")
LOG = Path("logs/requests.jsonl")


def frame(given: Features) -> pd.DataFrame:
    """Make the one row that the model is asked about."""
    row = given.model_dump()
    for column in FEATURES:
        if column.is_number or column.type == "bool":
            value = row[column.name]
            row[column.name] = np.nan if value is None else float(value)
    return pd.DataFrame([row])


def predict(predictor: Any, given: Features) -> Prediction:
    """Ask the model."""
    row = frame(given)
    chance = predictor.predict_proba(row)[0]
    labels = ["true" if k else "false" for k in predictor.classes_]
    return Prediction(
        label=labels[int(chance.argmax())],
        probability={k: float(v) for k, v in zip(labels, chance, strict=True)},
    )


def create_app(artifact: Path = ARTIFACT) -> FastAPI:
    """Make the service; without the file of the model it lives and is not ready."""
    app = FastAPI(title="Customer churn")
    predictor = model.load(artifact) if artifact.is_file() else None
    registry = CollectorRegistry()
    answers = Counter("predictions", "Predictions made.", registry=registry)
    seconds = Histogram("prediction_seconds", "Time that a prediction takes.", registry=registry)

    @app.post("/predict")
    def answer(given: Features) -> Prediction:
        if predictor is None:
            raise HTTPException(503, "The model is not loaded.")
        with seconds.time():
            found = predict(predictor, given)
        answers.inc()
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("a", encoding="utf-8") as file:
            file.write(json.dumps(given.model_dump(mode="json")) + "\n")
        return found

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        if predictor is None:
            raise HTTPException(503, "The model is not loaded.")
        return {"status": "ready"}

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return app
