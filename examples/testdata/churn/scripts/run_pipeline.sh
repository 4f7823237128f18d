#!/usr/bin/env bash
# Run the pipeline stage by stage: scripts/run_pipeline.sh [ENVIRONMENT]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

config="${1:-dev}"
python="${PYTHON:-python3}"

"$python" -m churn --env "$config" prepare
"$python" -m churn --env "$config" train
"$python" -m churn --env "$config" evaluate
