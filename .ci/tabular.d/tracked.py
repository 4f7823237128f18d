"""MLflow's only run has the declared parameters, all metrics, and a signature of the contract."""

import json
import tomllib

from mlflow.models import get_model_info
from mlflow.tracking import MlflowClient

from churn import contract

client = MlflowClient(tracking_uri="sqlite:///mlflow.db")
(run,) = client.search_runs([client.get_experiment_by_name("churn").experiment_id])
declared = tomllib.load(open("params.toml", "rb"))
params = {f"{s}.{k}": str(v) for s, g in declared.items() for k, v in g.items()}
assert params and run.data.params == params, run.data.params
report = json.load(open("reports/metrics.json"))
least = report.pop("baseline")
metrics = report | {f"baseline.{k}": v for k, v in least.items()}
assert len(metrics) == 18 and run.data.metrics == metrics, run.data.metrics
(output,) = run.outputs.model_outputs
import mlflow

mlflow.set_tracking_uri("sqlite:///mlflow.db")
signature = get_model_info(f"models:/{output.model_id}").signature
assert signature.inputs.input_names() == [c.name for c in contract.FEATURES], signature
assert signature.outputs is not None
print(f"run {run.info.run_id}: {len(params)} parameters, {len(metrics)} metrics, signature of {len(signature.inputs)} inputs")
