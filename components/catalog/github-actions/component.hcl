component "github-actions" {
  version     = "0.1.0"
  description = "A workflow that lints, tests on every Python version, and holds the project to mlops.hcl."
  reads       = ["project.python"]
  requires    = ["python-package"]
}

variable "branches" {
  type        = list(string)
  default     = ["main"]
  nullable    = false
  description = "Branches whose pushes are checked; pull requests always are."
  validation {
    condition     = length(var.branches) > 0
    error_message = "branches must name at least one branch."
  }
}

variable "runner" {
  type        = string
  default     = "ubuntu-24.04"
  nullable    = false
  description = "Machine that the jobs run on."
}

variable "lint" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Commands that lint, one line each; empty: ruff with a few rules."
}

variable "test" {
  type        = list(string)
  default     = ["uv run --locked pytest"]
  nullable    = false
  description = "Commands that test, one line each."
  validation {
    condition     = length(var.test) > 0
    error_message = "test must have at least one command."
  }
}

variable "before_plan" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Commands before `mlops plan`, such as `mlops component lock` where components come from git."
}

variable "mlops" {
  type        = string
  default     = "latest"
  nullable    = false
  description = "Version of mlops that CI installs, such as v0.1.0."
}

component "versions" {
  source = "builtin/versions"
}

locals {
  pins = component.versions.actions
  # As YAML: quoted where a plain word would be read as something else.
  yaml   = { for c in distinct(concat(local.lint, var.test, var.before_plan)) : c => can(regex("^[A-Za-z0-9./_][^:#\"'\\\\]*$", c)) ? c : jsonencode(c) }
  python = length(project.python) > 0 ? project.python : component.versions.python
  lint   = length(var.lint) > 0 ? var.lint : ["${local.ruff} check --select E4,E7,E9,F,I .", "${local.ruff} format --check ."]
  ruff   = "uvx ruff@${component.versions.pypi.ruff}"
  uses   = { for name, a in local.pins : name => "${a.repository}@${a.sha}  # ${a.tag}" }
}

file ".github/workflows/ci.yml" {
  template = "ci.yml.tmpl"
  vars = {
    uses        = local.uses
    uv          = component.versions.pypi.uv
    python      = local.python
    lint        = [for c in local.lint : local.yaml[c]]
    test        = [for c in var.test : local.yaml[c]]
    before_plan = [for c in var.before_plan : local.yaml[c]]
  }
}

readme {
  section "custom" "ci" {
    title = "Continuous integration"
    body  = <<-EOT
      Every pull request is linted, tested on Python ${join(", ", local.python)},
      and held to `mlops.hcl`: the job `plan` fails when a file differs from what it
      describes. To see the same here:

      ```sh
      mlops plan --detailed-exitcode
      ```
    EOT
  }
}
