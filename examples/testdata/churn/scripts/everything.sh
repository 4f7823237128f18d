#!/usr/bin/env bash
# Checks the code, brings the pipeline up to date and shows the numbers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv run --locked poe check
uv run --locked dvc repro
uv run --locked dvc metrics show
