# Written by mlops (builtin/serve-fastapi): change mlops.hcl instead.
"""What a request and an answer hold."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PlanValue = Literal[
    "free",
    "pro",
    "team",
]


class Features(BaseModel):
    """The features of what is asked about; others are refused."""

    model_config = ConfigDict(extra="forbid")

    age: int = Field(
        default=...,
        ge=18,
        le=110,
    )
    tenure: int = Field(
        default=...,
        ge=0,
        le=240,
        description="Customer since",
    )
    plan: PlanValue = Field(
        default=...,
    )
    monthly_charges: float = Field(
        default=...,
        ge=0,
        le=500,
    )
    support_calls: int = Field(
        default=...,
        ge=0,
        le=40,
        description="Calls in the last year",
    )
    spend: float | None = Field(
        default=None,
        ge=0,
        le=5000,
    )


class Prediction(BaseModel):
    """What the model says."""

    label: str
    probability: dict[str, float]
