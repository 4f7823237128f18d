component "train-tabular" {
  version     = "0.2.0"
  description = "Prepare, train and evaluate a model of a table, with a stated baseline and gates."
  reads       = ["project.package", "project.problem", "dataset", "stage"]
  requires    = ["python-package", "data-contract", "dataset", "stage"]
}

variable "dataset" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the dataset; empty: the first by name."
}

variable "learner" {
  type        = string
  default     = "hist_gradient_boosting"
  nullable    = false
  description = "What learns: hist_gradient_boosting, random_forest, linear, xgboost or lightgbm."
  validation {
    condition     = contains(["hist_gradient_boosting", "random_forest", "linear", "xgboost", "lightgbm"], var.learner)
    error_message = "learner must be \"hist_gradient_boosting\", \"random_forest\", \"linear\", \"xgboost\" or \"lightgbm\"."
  }
}

variable "stages" {
  type = object({
    prepare  = optional(string, "prepare")
    train    = optional(string, "train")
    evaluate = optional(string, "evaluate")
  })
  default     = {}
  nullable    = false
  description = "Names of the stages that prepare, train and evaluate."
}

variable "params" {
  type        = string
  default     = "shared"
  nullable    = false
  description = "Who owns params.toml: shared, edits stay and changes of the stages are merged; spec, an edit is drift."
  validation {
    condition     = contains(["shared", "spec"], var.params)
    error_message = "params is \"shared\" or \"spec\"."
  }
}

component "versions" {
  source = "builtin/versions"
}

locals {
  ours   = "# Written by mlops (builtin/train-tabular): change mlops.hcl instead."
  shared = "# From mlops (builtin/train-tabular): your edits stay, updates are merged."
  pypi   = component.versions.pypi
  data   = dataset[coalesce(var.dataset, keys(dataset)[0])]
  src    = "src/${project.package}/pipeline"

  prepare  = stage[var.stages.prepare]
  train    = stage[var.stages.train]
  evaluate = stage[var.stages.evaluate]
  kind     = project.problem.kind
  labels   = contains(["binary_classification", "multiclass"], local.kind)
  metrics = {
    binary_classification = ["accuracy", "balanced_accuracy", "brier_score", "f1", "log_loss", "precision", "pr_auc", "recall", "roc_auc"]
    multiclass            = ["accuracy", "balanced_accuracy", "f1_macro", "f1_weighted", "log_loss"]
    regression            = ["mae", "mse", "r2", "rmse"]
  }
  known    = lookup(local.metrics, local.kind, [])
  baseline = try(coalesce(project.problem.baseline, "none"), "none")
  dummy = {
    none           = local.labels ? "prior" : "mean"
    majority_class = "most_frequent"
    stratified     = "stratified"
    uniform        = "uniform"
    prior          = "prior"
    mean           = "mean"
    median         = "median"
  }
  learners = {
    hist_gradient_boosting = {
      needs   = []
      module  = "sklearn.ensemble"
      labels  = "HistGradientBoostingClassifier"
      numbers = "HistGradientBoostingRegressor"
    }
    random_forest = {
      needs   = []
      module  = "sklearn.ensemble"
      labels  = "RandomForestClassifier"
      numbers = "RandomForestRegressor"
    }
    linear = {
      needs   = []
      module  = "sklearn.linear_model"
      labels  = "LogisticRegression"
      numbers = "Ridge"
    }
    xgboost = {
      needs   = ["xgboost>=${local.pypi.xgboost}"]
      module  = "xgboost"
      labels  = "XGBClassifier"
      numbers = "XGBRegressor"
    }
    lightgbm = {
      needs   = ["lightgbm>=${local.pypi.lightgbm}"]
      module  = "lightgbm"
      labels  = "LGBMClassifier"
      numbers = "LGBMRegressor"
    }
  }
  learner = local.learners[var.learner]
  class   = local.labels ? local.learner.labels : local.learner.numbers
  impute  = { for c in local.data.fields : c.name => c.impute if c.role == "feature" && c.impute != null }
  params  = { for name, s in stage : name => s.params if length(s.params) > 0 }
}

file "params.toml" {
  content   = "${var.params == "spec" ? local.ours : local.shared}\n${tomlencode(local.params)}"
  ownership = var.params
  lifecycle {
    precondition {
      condition     = alltrue([for dep in values(local.prepare.outs) : contains(local.evaluate.deps, dep)])
      error_message = "builtin/train-tabular measures on the test data and the baseline on the training data: the deps of the stage ${var.stages.evaluate} need all outs of ${var.stages.prepare}."
    }
    precondition {
      condition     = local.kind != "binary_classification" || project.problem.positive != null || contains(["bool", "int"], project.problem.target.base)
      error_message = "builtin/train-tabular needs to know which label counts: say `positive` in project.problem."
    }
    precondition {
      condition     = length(local.known) > 0
      error_message = "builtin/train-tabular solves binary_classification, multiclass and regression, not ${local.kind}."
    }
    precondition {
      condition     = alltrue([for g in local.evaluate.gates : contains(local.known, g.metric)])
      error_message = "builtin/train-tabular measures ${join(", ", local.known)}: a gate of the stage ${var.stages.evaluate} names another metric."
    }
  }
}

file "package" {
  path    = "${local.src}/__init__.py"
  content = "${local.ours}\n"
}

file "paths" {
  path     = "${local.src}/settings.py"
  template = "settings.py.tmpl"
  vars = {
    header   = local.ours
    stages   = var.stages
    prepare  = local.prepare
    train    = local.train
    evaluate = local.evaluate
    positive = local.kind == "binary_classification" ? project.problem.positive : null
    target   = project.problem.target
    impute   = local.impute
  }
}

file "gates" {
  path     = "${local.src}/gates.py"
  template = "gates.py.tmpl"
  vars = {
    header   = local.ours
    evaluate = local.evaluate
    metric   = project.problem.metric
    better   = project.problem.better
    baseline = local.dummy[local.baseline]
  }
}

file "prepare" {
  path      = "${local.src}/prepare.py"
  template  = "prepare.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, labels = local.labels }
}

file "model" {
  path      = "${local.src}/model.py"
  template  = "model.py.tmpl"
  ownership = "shared"
  vars = {
    header = local.shared, module = local.learner.module, class = local.class, learner = var.learner
  }
}

file "train" {
  path      = "${local.src}/train.py"
  template  = "train.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared }
}

file "evaluate" {
  path      = "${local.src}/evaluate.py"
  template  = "evaluate.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, kind = local.kind, labels = local.labels }
}

file "test_pipeline" {
  path      = "tests/test_pipeline.py"
  template  = "test_pipeline.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared }
}

file_keys "dependencies" {
  path = "pyproject.toml"
  append = {
    "project.dependencies" = concat([
      "scikit-learn>=${local.pypi.scikit_learn}",
      "skops>=${local.pypi.skops}",
    ], local.learner.needs)
    # They ship no types.
    "tool.mypy.overrides" = [for m in ["sklearn.*", "skops.*"] : { module = m, ignore_missing_imports = true }]
  }
}

readme {
  section "custom" "train" {
    title = "Training"
    body = templatefile("readme.md.tmpl", {
      package  = project.package
      runs     = [local.prepare.run, local.train.run, local.evaluate.run]
      report   = values(local.evaluate.metrics)[0]
      metric   = project.problem.metric
      baseline = local.baseline
    })
  }
}

output "code" {
  description = "The modules that each stage runs beside its own, by stage: a change of one makes it run again."
  value = {
    (var.stages.prepare)  = ["src/${project.package}/contract.py", "${local.src}/settings.py"]
    (var.stages.train)    = ["src/${project.package}/contract.py", "${local.src}/model.py", "${local.src}/settings.py"]
    (var.stages.evaluate) = ["src/${project.package}/contract.py", "${local.src}/gates.py", "${local.src}/model.py", "${local.src}/settings.py"]
  }
}
