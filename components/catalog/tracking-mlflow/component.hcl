component "tracking-mlflow" {
  version     = "0.1.0"
  description = "Records a run of the pipeline with MLflow: parameters, metrics, and the model with its signature."
  reads       = ["project.package", "project.name"]
  requires    = ["python-package", "data-contract", "train-tabular"]
}

variable "uri" {
  type        = string
  default     = "sqlite:///mlflow.db"
  nullable    = false
  description = "Where runs are recorded when MLFLOW_TRACKING_URI is not set."
  validation {
    condition     = length(regexall("^(sqlite:///|https?://|databricks|file:)", var.uri)) > 0 && !strcontains(var.uri, "@")
    error_message = "uri begins with sqlite:///, http://, https://, file: or databricks, and holds no password."
  }
}

variable "experiment" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the experiment; empty: that of the project."
}

component "versions" {
  source = "builtin/versions"
}

locals {
  ours       = "# Written by mlops (builtin/tracking-mlflow): change mlops.hcl instead."
  experiment = coalesce(var.experiment, project.name)
  database   = trimprefix(var.uri, "sqlite:///")
  local      = local.database != var.uri && !startswith(local.database, "/")
}

file "tracking" {
  path     = "src/${project.package}/tracking.py"
  template = "tracking.py.tmpl"
  vars     = { header = local.ours, experiment = local.experiment }
}

file "test_tracking" {
  path      = "tests/test_tracking.py"
  template  = "test_tracking.py.tmpl"
  ownership = "shared"
  vars      = { header = "# From mlops (builtin/tracking-mlflow): your edits stay, updates are merged." }
}

# For development only: what is served needs none of it.
file_keys "dependencies" {
  path   = "pyproject.toml"
  append = { "dependency-groups.dev" = ["mlflow>=${component.versions.pypi.mlflow}"] }
}

file_block "ignore" {
  for_each = toset(local.local ? ["local"] : [])
  path     = ".gitignore"
  content  = "/${local.database}*\n/mlruns/\n/mlartifacts/\n"
}

readme {
  section "experiments" {
    tracker = "MLflow"
    project = local.experiment
    after   = templatefile("readme.md.tmpl", { package = project.package, uri = var.uri, local = local.local })
  }
}
