#!/usr/bin/env python3
"""Write the synthetic customer sample: the same seed gives the same bytes.

Needs nothing but the standard library. Only `Random.random()` is drawn from,
because its sequence is the one that Python promises to keep between versions.
"""

import argparse
import csv
import math
import random
from pathlib import Path

COLUMNS = (
    "customer_id",
    "tenure_months",
    "plan",
    "contract",
    "payment",
    "monthly_charge",
    "support_calls",
    "days_since_login",
    "satisfaction",
    "churned",
)
PRICES = {"basic": 19.0, "plus": 39.0, "premium": 79.0}


def pick(rng: random.Random, weights: dict[str, float]) -> str:
    """Draw one key of weights."""
    point = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        point -= weight
        if point < 0:
            return name
    return next(reversed(weights))


def exponential(rng: random.Random, mean: float, most: int) -> int:
    """Draw a whole number with an exponential tail that ends at most."""
    return min(most, int(-mean * math.log(1.0 - rng.random())))


def churns(rng: random.Random, row: dict[str, object]) -> bool:
    """Decide who leaves: a logistic rule, so some luck is left in every row."""
    score = -2.1
    score += 1.6 if row["contract"] == "monthly" else -0.8
    score += 0.7 if row["payment"] == "invoice" else 0.0
    score += 0.45 * float(row["support_calls"])
    score += 0.03 * float(row["days_since_login"])
    score -= 0.04 * float(row["tenure_months"])
    score -= 0.7 * (float(row["satisfaction"]) - 3.0)
    return rng.random() < 1.0 / (1.0 + math.exp(-score))


def customer(rng: random.Random, number: int) -> dict[str, object]:
    """Draw one customer."""
    plan = pick(rng, {"basic": 5, "plus": 3, "premium": 2})
    row: dict[str, object] = {
        "customer_id": f"C{number:05d}",
        "tenure_months": exponential(rng, 20.0, 72),
        "plan": plan,
        "contract": pick(rng, {"monthly": 6, "yearly": 4}),
        "payment": pick(rng, {"card": 5, "direct_debit": 3, "invoice": 2}),
        "monthly_charge": f"{PRICES[plan] * (0.85 + 0.3 * rng.random()):.2f}",
        "support_calls": exponential(rng, 1.4, 12),
        "days_since_login": exponential(rng, 14.0, 120),
        "satisfaction": f"{1.0 + 4.0 * (rng.random() + rng.random()) / 2.0:.1f}",
    }
    row["churned"] = int(churns(rng, row))
    # Some values are missing, as in life: after the outcome, so that it stays honest.
    if rng.random() < 0.06:
        row["days_since_login"] = ""
    if rng.random() < 0.10:
        row["satisfaction"] = ""
    return row


def main() -> None:
    """Parse the flags and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=800)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with args.out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(customer(rng, number + 1) for number in range(args.rows))


if __name__ == "__main__":
    main()
