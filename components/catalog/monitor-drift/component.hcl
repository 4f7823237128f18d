component "monitor-drift" {
  version     = "0.1.0"
  description = "A job that tells drifted data from clean, with alert rules for Prometheus and a dashboard for Grafana."
  reads       = ["project.package", "project.name", "dataset", "monitor"]
  requires    = ["python-package", "data-contract", "monitor"]
}

variable "monitor" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the monitor; empty: the first by name."
}

variable "min_rows" {
  type        = number
  default     = 100
  nullable    = false
  description = "Rows below which nothing is said: a few always look drifted."
  validation {
    condition     = var.min_rows >= 1 && var.min_rows == floor(var.min_rows)
    error_message = "min_rows is a whole number from 1."
  }
}

variable "stale_days" {
  type        = number
  default     = 8
  nullable    = false
  description = "Days without a measurement after which there is an alert."
  validation {
    condition     = var.stale_days > 0
    error_message = "stale_days is a number above 0."
  }
}

locals {
  ours    = "# Written by mlops (builtin/monitor-drift): change mlops.hcl instead."
  monitor = monitor[coalesce(var.monitor, keys(monitor)[0])]
  fields  = local.monitor.dataset == null ? [] : dataset[local.monitor.dataset].fields
  watched = [for c in local.fields : c if contains(local.monitor.columns, c.name)]
  known   = ["int", "float", "bool", "category"]
  strange = [for c in local.watched : c.name if !contains(local.known, c.base)]
  limits  = { for c in local.watched : c.name => coalesce(c.drift, local.monitor.threshold) }
  example = length(local.watched) == 0 ? "" : local.watched[0].name
  vars = {
    header  = local.ours, monitor = local.monitor, limits = local.limits, names = [for c in local.watched : c.name]
    example = local.example, limit = lookup(local.limits, local.example, 0)
  }
}

file "drift" {
  path     = "src/${project.package}/drift.py"
  template = "drift.py.tmpl"
  vars     = local.vars
  lifecycle {
    precondition {
      condition     = local.monitor.method == "psi"
      error_message = "builtin/monitor-drift compares with psi, and the monitor ${local.monitor.name} says ${local.monitor.method}."
    }
    precondition {
      condition     = length(local.watched) > 0
      error_message = "builtin/monitor-drift needs to know the columns of the monitor ${local.monitor.name}: say `service`, or name a dataset in `reference`."
    }
    precondition {
      condition     = length(local.strange) == 0
      error_message = "builtin/monitor-drift compares columns of the types ${join(", ", local.known)}: leave ${join(", ", local.strange)} out of `columns` of the monitor ${local.monitor.name}."
    }
    precondition {
      condition     = alltrue([for path in [local.monitor.reference, local.monitor.current] : endswith(path, ".csv") || endswith(path, ".jsonl")])
      error_message = "builtin/monitor-drift reads .csv and .jsonl, and the monitor ${local.monitor.name} compares ${local.monitor.current} with ${local.monitor.reference}."
    }
  }
}

file "test_drift" {
  path      = "tests/test_drift.py"
  template  = "test_drift.py.tmpl"
  ownership = "shared"
  vars      = { header = "# From mlops (builtin/monitor-drift): your edits stay, updates are merged." }
}

file "alerts" {
  path     = "monitoring/alerts.yml"
  template = "alerts.yml.tmpl"
  vars     = merge(local.vars, { seconds = var.stale_days * 86400 })
}

file "alerts_test" {
  path     = "monitoring/alerts_test.yml"
  template = "alerts_test.yml.tmpl"
  vars     = merge(local.vars, { hours = ceil(var.stale_days * 24) })
}

file "dashboard" {
  path     = "monitoring/dashboard.json"
  template = "dashboard.json.tmpl"
  vars     = local.vars
}

file_block "ignore" {
  path    = ".gitignore"
  content = "/data/live/\n/reports/drift.prom\n"
}

readme {
  section "monitoring" {
    after = templatefile("readme.md.tmpl", { package = project.package, monitor = local.monitor, min_rows = var.min_rows })
  }
}

output "command" {
  value       = "python -m ${project.package}.drift"
  description = "Command of the job: exit code 1 when a column drifted, 2 when nothing can be said."
}
