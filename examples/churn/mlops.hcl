# A customer-churn project, all of it, in one file: the project that
# `mlops init --from builtin/tabular` gives, and what this team adds to it.
#
#   mlops plan     shows, file by file, what would change
#   mlops apply    makes exactly those changes and commits them
#   mlops status   tells drift (somebody edited a file) from pending (this file changed)
#
# The words are Terraform's where Terraform has them. Sections of this file: inputs, facts,
# components, our own files, README, git, checks, outputs.
#
#   templates/     texts with holes, filled in from here
#   files/         files that are copied as they are

mlops {
  required_version = ">= 0.1"
}

# ---------------------------------------------------------------------------
# Inputs: what may differ between two uses of this file. Set them with
# --var, in mlops.vars.hcl, or as MLOPS_VAR_name in the environment.
# ---------------------------------------------------------------------------

variable "seed" {
  type        = number
  default     = 42
  nullable    = false
  description = "Seeds the split and the learner: the same seed gives the same metrics."

  validation {
    condition     = var.seed >= 0 && var.seed == floor(var.seed)
    error_message = "The seed must be a whole number, zero or more."
  }
}

variable "learner" {
  type        = string
  default     = "hist_gradient_boosting"
  description = "What learns: see `mlops component show builtin/train-tabular`."
}

variable "environments" {
  type = map(object({
    threshold = number
    limit     = optional(number) # null: no limit
  }))
  default = {
    dev        = { threshold = 0.5, limit = 20 }
    staging    = { threshold = 0.4 }
    production = { threshold = 0.4 }
  }
  description = "From which chance on a customer is called in each environment: one file in configs/ for each."

  # Several rules are several blocks: each says for itself what is wrong.
  validation {
    condition     = alltrue([for e in values(var.environments) : e.threshold > 0 && e.threshold < 1])
    error_message = "Every threshold is a probability, between 0 and 1."
  }
  validation {
    condition     = contains(keys(var.environments), "production")
    error_message = "There must be an environment named production: the Makefile uses it."
  }
}

# A secret. Asking for it in the content of a file is an error: a workflow names
# the secret (secrets.REGISTRY_TOKEN) and never holds its value.
variable "registry_token" {
  type        = string
  default     = null
  sensitive   = true
  description = "Token for the registry; only used to tell whether a push could work."
}

# ---------------------------------------------------------------------------
# Names: computed once, so that no two files can disagree.
# ---------------------------------------------------------------------------

locals {
  source   = "src/${project.package}"
  run      = "uv run --locked"
  notebook = "notebooks/explore.ipynb"
  outs     = sort(flatten([for s in stage : values(s.outs)]))
}

# ---------------------------------------------------------------------------
# Facts: stated once, used by every component, by our own files and by the README.
# ---------------------------------------------------------------------------

project "churn" {
  title      = "Customer churn"
  summary    = "Ranks customers by how likely they are to leave in the next month."
  license    = "Apache-2.0"
  python     = ["3.11", "3.12", "3.13"] # quoted: 3.10 without quotes is the number 3.1
  authors    = [{ name = "Ada Byron", email = "ada@example.com" }]
  repository = "https://github.com/example/churn"

  problem {
    kind     = "binary_classification"
    target   = dataset.customers.columns.churned
    baseline = "majority_class"
    metric   = "roc_auc"
  }
}

# The contract module, its tests, the service's requests, the drift job and both
# cards are written from these lines.
dataset "customers" {
  path        = "data/raw/customers.csv"
  title       = "Customers"
  description = "One row for each customer, made up by a seeded generator."
  license     = "CC0-1.0"
  columns = {
    customer_id     = { type = "string", role = "id", unique = true, pii = true, description = "Who it is" }
    age             = { type = "int", min = 18, max = 110, unit = "years" }
    tenure          = { type = "int", min = 0, max = 240, unit = "months", description = "Customer since" }
    plan            = { type = "category", values = ["free", "pro", "team"] }
    monthly_charges = { type = "float", min = 0, max = 500, unit = "EUR" }
    support_calls   = { type = "int", min = 0, max = 40, description = "Calls in the last year" }
    spend           = { type = "float", min = 0, max = 5000, unit = "EUR", nullable = true, impute = "median" }
    churned         = { type = "bool", role = "target", description = "Left in the next month" }
  }
  source "bundled" {
    rows = 1000
    seed = 7
  }
}

stage "prepare" {
  run         = "${project.package}.pipeline.prepare"
  description = "Splits the data into what is learned from and what is tested on"
  deps        = [dataset.customers]
  outs        = { train = "data/prepared/train.csv", test = "data/prepared/test.csv" }
  params      = { test_size = 0.2, seed = var.seed }
}

stage "train" {
  run         = "${project.package}.pipeline.train"
  description = "Trains the model"
  deps        = [stage.prepare.outs.train]
  outs        = { model = "models/model.skops" }
  params      = merge({ seed = var.seed }, var.learner == "linear" ? { max_iter = 1000 } : { max_depth = 4 })
}

stage "evaluate" {
  run         = "${project.package}.pipeline.evaluate"
  description = "Measures the model against the baseline and the gates"
  deps        = [stage.train.outs.model, stage.prepare.outs.train, stage.prepare.outs.test]
  metrics     = { report = "reports/metrics.json" }
  gate "roc_auc" {
    min = 0.75
  }
}

model "churn" {
  artifact    = stage.train.outs.model
  inputs      = dataset.customers
  title       = "Churn"
  description = "Says how likely a customer is to leave in the next month."
  card {
    intended_use = "Ranking customers for calls that keep them."
    out_of_scope = "Prices, credit, or any decision that nobody looks at."
    limitations  = "Learned from made-up data: put your own in its place before it is used."
    ethics       = "Age is a feature; see to it that calls do not leave out the old or the young."
    risk_class   = "minimal"
    owner        = project.authors[0].name
    contact      = project.authors[0].email
  }
}

service "api" {
  model = model.churn
  port  = 8000
  log   = "logs/requests.jsonl"
}

monitor "drift" {
  reference   = stage.prepare.outs.train
  current     = service.api.log
  service     = service.api
  description = "Whether those who are asked about are still like those that the model knows"
  schedule    = "0 6 * * 1"
}

# ---------------------------------------------------------------------------
# Components: `mlops component show NAME` says what each adds.
# ---------------------------------------------------------------------------

component "package" {
  source = "builtin/python-package"
}

component "quality" {
  source = "builtin/quality"
}

component "hygiene" {
  source = "builtin/repo-hygiene"
  inputs = { owners = { "*" = ["@example/retention"], "/notebooks/" = ["@example/analysts"] } }
}

component "contract" {
  source = "builtin/data-contract"
}

component "training" {
  source = "builtin/train-tabular"
  inputs = { learner = var.learner, params = "spec" }
}

component "pipeline" {
  source = "builtin/pipeline-dvc"
  inputs = { code = component.training.code }
}

component "tracking" {
  source = "builtin/tracking-mlflow"
}

component "serve" {
  source = "builtin/serve-fastapi"
}

component "monitoring" {
  source = "builtin/monitor-drift"
}

component "container" {
  source = "builtin/container"
}

component "cards" {
  source = "builtin/docs-cards"
  # The numbers of the last run, once there was one.
  inputs = { metrics = jsondecode(fileexists("reports/metrics.json") ? file("reports/metrics.json") : "{}") }
}

component "ci" {
  source = "builtin/github-actions"
}

# The versions that the components use, for our own workflow.
component "versions" {
  source = "builtin/versions"
}

# ---------------------------------------------------------------------------
# Our own files, around what the components bring.
# ---------------------------------------------------------------------------

# The first data. It is the team's from then on: real rows in its place are no drift.
file "sample" {
  path      = dataset.customers.path
  source    = "files/data/customers.csv"
  ownership = "user"

  lifecycle {
    prevent_destroy = true # also when this block is deleted
  }
}

# One file for each environment: configs/dev.toml, configs/production.toml, ...
# With path set, the label is only a name: the first one's address is
# file.environment["dev"].
file "environment" {
  for_each = var.environments
  path     = "configs/${each.key}.toml"
  content  = tomlencode({ for k, v in each.value : k => v if v != null })

  lifecycle {
    # Checked on the result, which it sees as self.
    postcondition {
      condition     = tomldecode(self.content).threshold == each.value.threshold
      error_message = "${self.path} must hold the threshold of this spec."
    }
  }
}

# Ranks customers for the calls. The first text is from here; then it is the data
# scientist's: edits stay and are no drift.
file "rank" {
  path      = "${local.source}/rank.py"
  template  = "templates/rank.py.tmpl"
  ownership = "user"
}

file "tests/test_rank.py" {
  template  = "templates/test_rank.py.tmpl"
  ownership = "user"
  vars      = { environments = keys(var.environments) }
}

file "notebook" {
  path      = local.notebook
  template  = "templates/explore.ipynb.tmpl"
  ownership = "user"
}

file "Makefile" {
  template = "templates/Makefile.tmpl"
  vars     = { run = local.run, outs = local.outs, stages = project.pipeline, environments = keys(var.environments) }
}

# A template: in it, ${{ }} for GitHub is written $${{ }}.
file ".github/workflows/retrain.yml" {
  template = "templates/retrain.yml.tmpl"
  vars = {
    run     = local.run
    python  = project.python[0]
    uv      = component.package.uv
    outs    = [stage.train.outs.model, stage.evaluate.metrics.report]
    actions = { for name, a in component.versions.actions : name => "${a.repository}@${a.sha}  # ${a.tag}" }
  }
}

# Copies: whatever is in them, ${{ }} too, needs no care at all.
file ".github/workflows/label.yml" {
  source = "files/github/label.yml"
}

file ".github/pull_request_template.md" {
  source = "files/github/pull_request_template.md"
}

# Any bytes can be copied.
file "docs/pipeline.png" {
  source = "files/docs/pipeline.png"
}

file "scripts/everything.sh" {
  source = "files/scripts/everything.sh"
  mode   = "0755" # a string: the number 0755 would be 755
}

# A heredoc with a loop: <<- takes the indentation away. Start the loop's text on
# the line of its %{for}: text on a line of its own would keep its indentation.
file "docs/pipeline.md" {
  content = <<-EOT
    # Pipeline

    ![The stages and what flows between them](pipeline.png)

    %{for name in project.pipeline}- `${name}`: ${stage[name].description}
    %{endfor~}
  EOT
}

# Git stores no empty folder, so it gets a .gitkeep.
directory "notebooks/figures" {
  keep = true
}

# Keys of a file that is otherwise somebody else's: the texts that this spec copies
# from are not the project's code.
file_keys "exclude" {
  path = "pyproject.toml"
  set  = { "tool.ruff.extend-exclude" = ["files", "templates"] }
}

# ---------------------------------------------------------------------------
# README: the order of the sections here is their order there.
# ---------------------------------------------------------------------------

readme {
  section "title" {}
  section "toc" {}
  section "component" "package" {}
  section "component" "contract" {}
  section "component" "pipeline" {}
  section "component" "training" {}
  section "metrics" {}
  section "component" "tracking" {}

  section "custom" "ranking" {
    title = "Ranking"
    body  = <<-EOT
      Whom to call first, with the threshold of [configs/production.toml](configs/production.toml):

      ```sh
      ${local.run} python -m ${project.package}.rank --env production ${dataset.customers.path}
      ```

      `make` does it too, and `make help` lists what else there is.
    EOT
  }

  section "component" "serve" {}
  section "component" "monitoring" {}
  section "component" "cards" {}

  # One section for each document: dynamic works as in Terraform.
  dynamic "section" {
    for_each = {
      stages   = { title = "Stages", body = "What flows between the stages is drawn in [docs/pipeline.md](docs/pipeline.md)." }
      notebook = { title = "Notebook", body = "A first look at the data is in [${local.notebook}](${local.notebook}).\nIt is yours to edit." }
    }
    labels = ["custom", section.key]
    content {
      title = section.value.title
      body  = section.value.body
    }
  }

  section "component" "quality" {}
  section "component" "ci" {}
  section "component" "container" {}
  section "component" "hygiene" {}
}

# ---------------------------------------------------------------------------
# Git: apply makes one commit. The author is written here, so that a machine
# without a git identity, such as a CI runner, works too.
# ---------------------------------------------------------------------------

git {
  message = "chore(mlops): ${plan.summary}"
  author  = { name = "Churn Bot", email = "churn-bot@example.com" }
}

# ---------------------------------------------------------------------------
# Checks: rules on the whole project, as it will be after apply.
# ---------------------------------------------------------------------------

check "sample" {
  severity = "error" # the plan fails, nothing is written

  assert {
    condition     = split("\n", file(dataset.customers.path))[0] == join(",", dataset.customers.fields[*].name)
    error_message = "The header of ${dataset.customers.path} must name the columns of the contract, in order."
  }
}

check "gates" {
  # The default severity, warning, prints and lets the plan pass.
  assert {
    condition     = alltrue([for g in stage.evaluate.gates : g.metric != "roc_auc" || g.min > 0.6])
    error_message = "A roc_auc gate of 0.6 or less lets through models that are hardly better than chance."
  }
}

# ---------------------------------------------------------------------------
# Outputs: mlops output NAME prints one, for scripts.
# ---------------------------------------------------------------------------

output "stages" {
  value       = project.pipeline
  description = "Stages in the order in which they run."
}

output "environments" {
  value       = { for name, e in var.environments : name => "configs/${name}.toml (threshold ${e.threshold})" }
  description = "Settings file of each environment."
}

output "can_push" {
  value       = var.registry_token != null
  description = "Whether an image could be pushed. Made from a secret, so it is one too."
  sensitive   = true
}
