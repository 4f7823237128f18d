"""Answers requests with predictions of the churn model."""

import os
import time

import mlflow.pyfunc
import pandas as pd
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

app = FastAPI(title="churn")
model = None


class Customer(BaseModel):
    customer_id: str
    tenure_months: int = Field(ge=0)
    monthly_charges: float = Field(ge=0)
    support_calls: int = Field(ge=0, default=0)
    contract: str = "monthly"


class Prediction(BaseModel):
    customer_id: str
    score: float
    version: str


@app.on_event("startup")
def load_model():
    global model
    uri = os.environ.get("MODEL_URI", "models:/churn/production")
    started = time.monotonic()
    model = mlflow.pyfunc.load_model(uri)
    print(f"loaded {uri} in {time.monotonic() - started:.1f} s")


@app.get("/health")
def health():
    if model is None:
        raise HTTPException(status_code=503, detail="no model")
    return {"status": "ok"}


@app.get("/version")
def version():
    if model is None:
        raise HTTPException(status_code=503, detail="no model")
    return {"version": model.metadata.run_id}


@app.post("/predict")
def predict(customer: Customer) -> Prediction:
    if model is None:
        raise HTTPException(status_code=503, detail="no model")
    frame = pd.DataFrame([customer.model_dump()])
    score = float(model.predict(frame)[0])
    return Prediction(
        customer_id=customer.customer_id,
        score=score,
        version=model.metadata.run_id,
    )


@app.post("/predict/batch")
def predict_batch(customers: list[Customer]) -> list[Prediction]:
    if model is None:
        raise HTTPException(status_code=503, detail="no model")
    if not customers:
        return []
    frame = pd.DataFrame([c.model_dump() for c in customers])
    scores = model.predict(frame)
    return [
        Prediction(
            customer_id=customer.customer_id,
            score=float(score),
            version=model.metadata.run_id,
        )
        for customer, score in zip(customers, scores)
    ]
