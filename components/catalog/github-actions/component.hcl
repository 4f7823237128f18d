component "github-actions" {
  version     = "0.2.0"
  description = "A workflow that lints, tests on every Python version, reproduces the pipeline, tries the drift job, and holds the project to mlops.hcl."
  reads       = ["project.components", "project.package", "project.python", "monitor", "stage", "project.pipeline"]
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
  default     = null
  description = "Commands of the job `lint`, one line each, [] for no such job; null: those of builtin/quality where it is there, else ruff with a few rules."
}

variable "test" {
  type        = list(string)
  default     = null
  description = "Commands of the job `test`, which runs on every Python version, [] for no such job; null: those of builtin/quality where it is there, else pytest."
}

variable "reproduce" {
  type        = list(string)
  default     = null
  description = "Commands of the job `reproduce`, [] for no such job; null: the pipeline and its metrics where builtin/pipeline-dvc is there."
}

variable "drift" {
  type        = list(string)
  default     = null
  description = "Commands of the job `drift`, [] for no such job; null, where builtin/monitor-drift is there: the job must pass made-up data and fail the drifted twin, and compares the data of now where `fetch` brings it."
}

variable "fetch" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Commands that bring data which git does not hold, such as `uv run --locked dvc pull`: before `reproduce`, and before `drift`, which then also runs when the monitor's schedule says."
}

variable "plan" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether the job `plan` fails when a file is not as mlops.hcl has it."
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
  description = "Version of mlops that the job `plan` builds with Go: a tag such as v0.1.0, a commit, or latest. Name the one that you apply with: another has other built-in components, and its plan is not empty."
  validation {
    condition     = can(regex("^(latest|v[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?|[0-9a-f]{12,40})$", var.mlops))
    error_message = "mlops is a tag such as \"v0.1.0\", a commit of 12 to 40 hexadecimal digits, or \"latest\"."
  }
}

component "versions" {
  source = "builtin/versions"
}

component "commands" {
  source = "builtin/commands"
}

locals {
  pins    = component.versions.actions
  uses    = { for name, a in local.pins : name => "${a.repository}@${a.sha}  # ${a.tag}" }
  python  = length(project.python) > 0 ? project.python : component.versions.python
  has     = { for name in ["quality", "pipeline-dvc", "monitor-drift"] : name => contains(project.components, name) }
  run     = component.commands
  ruff    = "uvx ruff@${component.versions.pypi.ruff}"
  metrics = "${local.run.pipeline.metrics[0]} --md >> \"$GITHUB_STEP_SUMMARY\""

  # What the reference of the monitor is made by; data that git holds needs nothing.
  monitor = length(monitor) > 0 ? values(monitor)[0] : null
  makers  = [for name in project.pipeline : name if local.monitor != null && contains(values(stage[name].outs), try(local.monitor.reference, ""))]
  made    = local.has["pipeline-dvc"] ? [for name in local.makers : "${local.run.pipeline.reproduce[0]} ${name}"] : []
  live    = length(var.fetch) > 0 ? concat(local.made, local.run.drift.compare) : []
  cron    = length(var.fetch) > 0 && length(local.jobs.drift) > 0 ? try(coalesce(local.monitor.schedule, ""), "") : ""

  # What the components at hand bring; one that is not there brings nothing.
  defaults = {
    lint      = local.has["quality"] ? local.run.quality.lint : ["${local.ruff} check --select E4,E7,E9,F,I .", "${local.ruff} format --check ."]
    test      = local.has["quality"] ? local.run.quality.test : local.run.package.test
    reproduce = local.has["pipeline-dvc"] ? concat(local.run.pipeline.reproduce, local.run.pipeline.metrics, [local.metrics]) : []
    drift     = local.has["monitor-drift"] ? concat(local.run.drift.control, local.live) : []
  }
  given = { lint = var.lint, test = var.test, reproduce = var.reproduce, drift = var.drift }
  chosen = {
    for job, commands in local.given : job => commands == null ? local.defaults[job] : commands
  }
  jobs = {
    for job, commands in local.chosen : job => concat(contains(["reproduce", "drift"], job) && length(commands) > 0 ? var.fetch : [], commands)
  }
  # As YAML: quoted where a plain word would be read as something else.
  yaml = {
    for c in distinct(concat(flatten(values(local.jobs)), var.before_plan)) :
    c => can(regex("^[A-Za-z0-9./_][^:#\"'\\\\]*$", c)) ? c : (strcontains(c, "'") ? jsonencode(c) : "'${c}'")
  }
  says = compact([
    length(local.jobs.lint) > 0 ? "linted" : "",
    length(local.jobs.test) > 0 ? "tested on Python ${join(", ", local.python)}" : "",
    length(local.jobs.reproduce) > 0 ? "trained anew, which fails when a gate is missed" : "",
    length(local.jobs.drift) > 0 ? "tried on data that is alike and data that has drifted" : "",
    var.plan ? "held to `mlops.hcl`, which fails when a file differs from what it describes" : "",
  ])
}

file ".github/workflows/ci.yml" {
  template = "ci.yml.tmpl"
  vars = {
    uses        = local.uses
    uv          = component.versions.pypi.uv
    python      = local.python
    cron        = local.cron
    jobs        = { for job, commands in local.jobs : job => [for c in commands : local.yaml[c]] }
    before_plan = [for c in var.before_plan : local.yaml[c]]
  }
  lifecycle {
    precondition {
      condition     = length(local.says) > 0
      error_message = "builtin/github-actions has no job left: leave the component out instead."
    }
  }
}

readme {
  section "custom" "ci" {
    title = "Continuous integration"
    body  = templatefile("readme.md.tmpl", { says = local.says, plan = var.plan })
  }
}
