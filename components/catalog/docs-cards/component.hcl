component "docs-cards" {
  version     = "0.1.0"
  description = "The model card: what the model is for, what it must reach, and what it reached."
  reads       = ["project.problem", "project.license", "model", "stage"]
  requires    = ["model"]
}

variable "model" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the model; empty: the first by name."
}

variable "metrics" {
  type        = any
  default     = {}
  description = "Numbers of the last run by metric, and under `baseline` those of the baseline, such as jsondecode(file(\"reports/metrics.json\"))."
  validation {
    condition     = can(keys(var.metrics))
    error_message = "metrics is an object of numbers."
  }
}

variable "data_card" {
  type        = string
  default     = "DATASET_CARD.md"
  nullable    = false
  description = "Path of the data card that is linked, \"\" for none."
}

locals {
  model   = model[coalesce(var.model, keys(model)[0])]
  card    = local.model.card
  gates   = flatten([for s in values(stage) : [for g in s.gates : merge(g, { stage = s.name })]])
  numbers = { for k, v in var.metrics : k => tonumber(v) if can(tonumber(v)) }
  least   = try(var.metrics.baseline, {})
  bounds = { for g in local.gates : g.metric => join(" and ", concat(
    g.min == null ? [] : ["at least ${g.min}"], g.max == null ? [] : ["at most ${g.max}"],
  )) }
  says = local.card == null ? {} : {
    "Intended use" = local.card.intended_use
    "Out of scope" = local.card.out_of_scope
    "Limitations"  = local.card.limitations
    "Ethics"       = local.card.ethics
    "Citation"     = local.card.citation
  }
  contact = local.card == null ? "" : local.card.contact
  order   = ["Intended use", "Out of scope", "Limitations", "Ethics", "Citation"]
  license = local.card == null ? "" : join("", compact([local.card.license]))
  facts = [for pair in [
    ["name", "`${local.model.name}`"],
    ["file", "`${local.model.artifact}`"],
    ["version", local.model.version],
    ["problem", replace(project.problem.kind, "_", " ")],
    ["target", project.problem.target == null ? "" : "`${project.problem.target.name}`"],
    ["baseline", replace(join("", compact([project.problem.baseline])), "_", " ")],
    ["license", coalesce(local.license, join("", compact([project.license])), "not said")],
    ["risk class (EU AI Act)", local.card == null ? "" : join("", compact([local.card.risk_class]))],
    ["owner", local.card == null ? "" : local.card.owner],
    ["contact", can(regex("^([A-Za-z][A-Za-z0-9+.-]*:[^ <>]+|[^ <>@]+@[^ <>@]+)$", local.contact)) ? "<${local.contact}>" : local.contact],
  ] : pair if pair[1] != ""]
}

file "MODEL_CARD.md" {
  template = "MODEL_CARD.md.tmpl"
  vars = {
    header = "<!-- Written by mlops (builtin/docs-cards): change mlops.hcl instead. -->"
    model  = local.model, facts = local.facts, says = local.says, order = local.order
    shown  = [for k in distinct(concat(keys(local.numbers), keys(local.bounds))) : k], numbers = local.numbers
    least  = local.least, bounds = local.bounds
  }
}

readme {
  section "model_card" {
    model = local.model.name
    after = var.data_card == "" ? "" : "What the model learned from is described in [${var.data_card}](${var.data_card})."
  }
}
