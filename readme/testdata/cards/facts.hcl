dataset "customers" {
  path        = "data/raw/customers.csv"
  title       = "Customers"
  description = "One row for each customer | active in 2025."
  license     = "CC0-1.0"
  homepage    = "https://example.com/data%20(old)"
  columns = {
    age     = { type = "int", min = 18, max = 110, unit = "years", description = "Age at signup", nullable = true }
    plan    = { type = "category", values = ["free", "pro|plus"] }
    email   = { type = "string", role = "id", pii = true }
    spend   = { type = "float", min = 0 }
    churned = { type = "bool", role = "target" }
  }
  source "url" {
    url    = "https://example.com/customers.csv"
    sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
}
dataset "accounts" {
  path    = "data/raw/accounts.csv"
  version = "3"
  source "bundled" {
    rows = 12000
    seed = 7
  }
}
problem {
  kind     = "binary_classification"
  target   = dataset.customers.columns.churned
  baseline = "majority_class"
  metrics  = { profit = "higher" }
}
stage "prepare" {
  run         = "churn.pipeline.prepare"
  description = "Clean and split."
  deps        = [dataset.customers, dataset.accounts, "src/churn/pipeline/prepare.py"]
  outs        = { train = "data/train.parquet", test = "data/test.parquet" }
}
stage "train" {
  run       = "churn.pipeline.train"
  deps      = [stage.prepare.outs.train]
  outs      = { model = "models/model.skops", emissions = "reports/emissions.csv" }
  params    = { seed = 42, model = { learner = "boosting", max_depth = 4, rates = [0.1, 0.01] }, tune = false }
  resources = { cpu = 0.5, memory = "8Gi", gpu = 1 }
}
stage "evaluate" {
  command = "python -m churn.pipeline.evaluate --all"
  deps    = [stage.train.outs.model, stage.prepare.outs.test]
  metrics = { report = "reports/metrics.json" }
  gate "roc_auc" {
    min = 0.75
  }
  gate "log_loss" {
    max   = 0.4
    split = "validation"
  }
}
model "churn" {
  artifact    = stage.train.outs.model
  inputs      = dataset.customers
  title       = "Churn *model*"
  description = "Says who leaves.\n\nRetrained each week."
  version     = "1.2.0"
  card {
    intended_use = "Rank accounts for retention calls"
    out_of_scope = "Decisions on prices"
    limitations  = "Trained on <one> country only."
    ethics       = "Older customers are rare in the data."
    risk_class   = "high"
    owner        = "Growth team"
    contact      = "growth@example.com"
    license      = "MIT"
  }
}
environment "production" {
  variables = { MLFLOW_TRACKING_URI = "MLFLOW_URI" }
}
service "api" {
  model       = model.churn
  description = "Answers over HTTP."
  port        = 8080
  resources   = { cpu = 2, memory = "1Gi" }
}
monitor "drift" {
  reference = stage.prepare.outs.train
  current   = "logs/requests.jsonl"
  method    = "psi"
  columns   = ["age", "plan"]
  schedule  = "0 6 * * 1"
  on_breach = "retrain"
}
