# A customer-churn project, all of it, in one file.
#
#   mlops plan     shows, file by file, what would change
#   mlops apply    makes exactly those changes and commits them
#   mlops status   tells drift (somebody edited a file) from pending (this file changed)
#
# The words are Terraform's where Terraform has them. To start your own project,
# copy this folder, rename the project and delete what you do not need.
#
#   mlops.hcl      what the project is
#   templates/     texts with holes, filled in from here
#   files/         files that are copied as they are
#
# Sections of this file: facts, inputs, names, settings, package, tests,
# data, tooling, documents, README, git, checks, outputs.

mlops {
  required_version = ">= 0.1"
}

# ---------------------------------------------------------------------------
# Facts: stated once, read everywhere as project.title, project.python, ...
# ---------------------------------------------------------------------------

project "churn" {
  title      = "Customer churn prediction"
  summary    = "Ranks customers by how likely they are to leave in the next 30 days."
  package    = "churn"
  license    = "Apache-2.0"
  python     = ["3.11", "3.12", "3.13"] # quoted: 3.10 without quotes is the number 3.1
  authors    = [{ name = "Ada Byron", email = "ada@example.com" }]
  repository = "https://github.com/example/churn"
}

# ---------------------------------------------------------------------------
# Inputs: what may differ between two uses of this file. Set them with
# --var, in mlops.vars.hcl, or as MLOPS_VAR_name in the environment.
# ---------------------------------------------------------------------------

variable "python" {
  type        = string
  default     = "3.12"
  description = "Python version of the container image and of .python-version."

  validation {
    condition     = can(regex("^3\\.[0-9]+$", var.python))
    error_message = "Write the minor version in quotes, such as \"3.12\"."
  }
}

variable "learner" {
  type        = string
  default     = "logistic_regression"
  description = "Which learner is trained; local.learners holds their parameters."

  validation {
    condition     = contains(["hist_gradient_boosting", "logistic_regression", "random_forest"], var.learner)
    error_message = "Choose hist_gradient_boosting, logistic_regression or random_forest."
  }
}

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

variable "test_size" {
  type        = number
  default     = 0.25
  description = "Share of the customers that is held back from training."

  # Several rules are several blocks: each says for itself what is wrong.
  validation {
    condition     = var.test_size > 0
    error_message = "Without a test set nothing can be measured: use more than 0."
  }
  validation {
    condition     = var.test_size <= 0.5
    error_message = "Keep at least half of the customers for training: use 0.5 or less."
  }
}

variable "gates" {
  type        = map(number)
  default     = { accuracy_gain = 0.02, roc_auc = 0.75 }
  description = "Least value of each metric; the stage evaluate fails below it."
}

variable "environments" {
  type = map(object({
    threshold = number
    log_level = optional(string, "INFO")
    max_rows  = optional(number) # null: no limit
  }))
  default = {
    dev        = { threshold = 0.5, log_level = "DEBUG", max_rows = 100 }
    staging    = { threshold = 0.4 }
    production = { threshold = 0.4, log_level = "WARNING" }
  }
  description = "How each environment scores customers: one file in configs/ for each."

  validation {
    condition     = alltrue([for e in values(var.environments) : e.threshold > 0 && e.threshold < 1])
    error_message = "Every threshold is a probability, between 0 and 1."
  }
  validation {
    condition     = alltrue([for name in ["dev", "production"] : contains(keys(var.environments), name)])
    error_message = "There must be environments named dev and production: the Makefile and CI use them."
  }
}

# The data contract. src/churn/schema.py, data/README.md, the model card and the
# tests are all written from it. A new column is one new line here, and new data:
# the check "sample" below compares the two.
variable "columns" {
  type = list(object({
    name     = string
    type     = string
    role     = optional(string, "feature")
    min      = optional(number)
    max      = optional(number)
    values   = optional(list(string))
    nullable = optional(bool, false)
  }))
  default = [
    { name = "customer_id", type = "string", role = "id" },
    { name = "tenure_months", type = "int", min = 0, max = 120 },
    { name = "plan", type = "category", values = ["basic", "plus", "premium"] },
    { name = "contract", type = "category", values = ["monthly", "yearly"] },
    { name = "payment", type = "category", values = ["card", "direct_debit", "invoice"] },
    { name = "monthly_charge", type = "float", min = 0 },
    { name = "support_calls", type = "int", min = 0, max = 50 },
    { name = "days_since_login", type = "int", min = 0, max = 365, nullable = true },
    { name = "satisfaction", type = "float", min = 1, max = 5, nullable = true },
    { name = "churned", type = "bool", role = "target", min = 0, max = 1 },
  ]
  description = "Columns of a customer file, in order."

  validation {
    condition     = alltrue([for c in var.columns : contains(["bool", "category", "float", "int", "string"], c.type)])
    error_message = "The type of a column is bool, category, float, int or string."
  }
  validation {
    condition     = alltrue([for r in ["id", "target"] : length([for c in var.columns : c if c.role == r]) == 1])
    error_message = "Exactly one column has the role id, and exactly one the role target."
  }
}

variable "registry" {
  type        = string
  default     = null
  description = "Where CI pushes the image, such as ghcr.io/example. Null: CI builds no image."
}

# A secret. Asking for it in the content of a file is an error: the workflow
# names the secret (secrets.REGISTRY_TOKEN) and never holds its value.
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
  distribution = "${project.name}-prediction"
  version      = "0.1.0"
  source       = "src/${project.package}"
  environment  = "dev"

  paths = {
    raw     = "data/sample/customers.csv"
    train   = "data/processed/train.csv"
    test    = "data/processed/test.csv"
    model   = "models/${project.name}.skops"
    metrics = "reports/metrics.json"
  }

  # A list, because order matters; stages_by_name is the same for for_each.
  stages = [
    {
      name = "prepare"
      doc  = "Check the customers and split them."
      deps = [local.paths.raw]
      outs = [local.paths.train, local.paths.test]
    },
    {
      name = "train"
      doc  = "Fit the learner and keep the model."
      deps = [local.paths.train]
      outs = [local.paths.model]
    },
    {
      name = "evaluate"
      doc  = "Measure the model and hold the gates."
      deps = [local.paths.train, local.paths.test, local.paths.model]
      outs = [local.paths.metrics]
    },
  ]
  stages_by_name = { for s in local.stages : s.name => s }
  outs           = flatten([for s in local.stages : s.outs])

  learners = {
    hist_gradient_boosting = { learning_rate = 0.05, max_depth = 3, max_iter = 150 }
    logistic_regression    = { C = 1, max_iter = 1000 }
    random_forest          = { min_samples_leaf = 5, n_estimators = 200 }
  }

  # One place for versions: pyproject.toml, CI and pre-commit follow.
  dependencies = {
    numpy        = ">=1.26,<3"
    pandas       = ">=2.2,<4"
    pyyaml       = ">=6,<7"
    scikit-learn = ">=1.5,<2"
    skops        = ">=0.11,<1"
  }
  tools = {
    pre-commit = "4.7.0"
    pytest     = "9.2.0"
    ruff       = "0.17.6"
  }
  # Actions are pinned by commit: a tag can be moved, a commit cannot.
  actions = {
    checkout     = "de0fac2e4500dabe0009e67214ff5f5447ce83dd  # v6.0.2"
    setup_python = "a309ff8b426b58ec0e2a45f0f869d46889d02405  # v6.2.0"
  }

  # Folders that exist in every clone and whose content stays out of git.
  kept = toset(["data/processed", "data/raw", "models", "reports"])

  # Written once, then the user's; CONTRIBUTING.md lists them.
  features = "${local.source}/features.py"
  notebook = "notebooks/explore.ipynb"
}

# ---------------------------------------------------------------------------
# Settings: data, so they are encoded and not templated.
# ---------------------------------------------------------------------------

file "params.yaml" {
  content = yamlencode({
    seed = var.seed
    data = {
      raw       = local.paths.raw
      train     = local.paths.train
      test      = local.paths.test
      test_size = var.test_size
    }
    model = {
      learner = var.learner
      params  = local.learners[var.learner]
      path    = local.paths.model
    }
    evaluate = {
      gates   = var.gates
      metrics = local.paths.metrics
    }
  })

  lifecycle {
    # Checked on the result, which it sees as self.
    postcondition {
      condition     = yamldecode(self.content).seed == var.seed
      error_message = "params.yaml must hold the seed of this spec."
    }
  }
}

# One file for each environment: configs/dev.yaml, configs/production.yaml, ...
# With path set, the label is only a name: the first one's address is
# file.environment["dev"].
file "environment" {
  for_each = var.environments
  path     = "configs/${each.key}.yaml"
  content  = yamlencode(each.value)
}

# ---------------------------------------------------------------------------
# Package
# ---------------------------------------------------------------------------

# Copied. A new module is a new file in files/package: no edit here.
file "module" {
  for_each = fileset("files/package", "*.py")
  path     = "${local.source}/${each.key}"
  source   = "files/package/${each.key}"
}

# One module for each stage of the pipeline, from files/stages.
file "stage" {
  for_each = local.stages_by_name
  path     = "${local.source}/${each.key}.py"
  source   = "files/stages/${each.key}.py"
}

# Filled in: these name the package, the stages or the columns.
file "package" {
  for_each = { for f in fileset("templates/package", "*.tmpl") : trimsuffix(f, ".tmpl") => f }
  path     = "${local.source}/${each.key}"
  template = "templates/package/${each.value}"
  vars = {
    columns      = var.columns
    distribution = local.distribution
    environment  = local.environment
    stages       = local.stages
  }
}

# Written once, then the data scientist's: edits stay and are no drift.
file "features" {
  path      = local.features
  template  = "templates/features.py.tmpl"
  ownership = "user"
}

# An empty file that tells type checkers to trust the annotations.
file "typed" {
  path    = "${local.source}/py.typed"
  content = ""
}

# ---------------------------------------------------------------------------
# Tests
# ---------------------------------------------------------------------------

file "test" {
  for_each = { for f in fileset("templates/tests", "*.tmpl") : trimsuffix(f, ".tmpl") => f }
  path     = "tests/${each.key}"
  template = "templates/tests/${each.value}"
  vars = {
    columns      = var.columns
    dataset      = local.paths.raw
    environments = keys(var.environments)
  }
}

# One template, one test module for each stage: its contract on both sides.
file "stage_test" {
  for_each = local.stages_by_name
  path     = "tests/test_stage_${each.key}.py"
  template = "templates/stage_test.py.tmpl"
  vars     = { stage = each.value }
}

# ---------------------------------------------------------------------------
# Data
# ---------------------------------------------------------------------------

file "sample" {
  path   = local.paths.raw
  source = "files/data/customers.csv"

  lifecycle {
    prevent_destroy = true # also when this block is deleted
  }
}

file "data/README.md" {
  template = "templates/docs/data-readme.md.tmpl"
  vars     = { dictionary = templatefile("templates/docs/data-dictionary.md.tmpl", { columns = var.columns }) }
}

# Git stores no empty folder, so each gets a .gitkeep.
directory "kept" {
  for_each = local.kept
  path     = each.key
  keep     = true
}

file "scripts/make_sample.py" {
  source = "files/scripts/make_sample.py"
  mode   = "0755" # a string: the number 0755 would be 755
}

file "scripts/run_pipeline.sh" {
  template = "templates/run_pipeline.sh.tmpl"
  mode     = "0755"
  vars     = { environment = local.environment, stages = local.stages }
}

# ---------------------------------------------------------------------------
# Tooling
# ---------------------------------------------------------------------------

file "pyproject.toml" {
  template = "templates/pyproject.toml.tmpl"
  vars = {
    dependencies = local.dependencies
    distribution = local.distribution
    tools        = local.tools
    version      = local.version
  }
}

# The rules are written out: a default set grows with every release of the tool.
file "ruff.toml" {
  content = tomlencode({
    line-length    = 100
    target-version = "py${replace(project.python[0], ".", "")}"
    src            = ["src"]
    extend-exclude = ["files", "templates"]
    lint           = { select = ["B", "E", "F", "I", "SIM", "UP", "W"] }
  })
}

file "Makefile" {
  template = "templates/Makefile.tmpl"
  vars = {
    dataset     = local.paths.raw
    environment = local.environment
    outs        = local.outs
    stages      = local.stages
  }
}

file "Dockerfile" {
  template = "templates/Dockerfile.tmpl"
  vars     = { distribution = local.distribution, python = var.python, version = local.version }

  lifecycle {
    # Checked before anything is rendered.
    precondition {
      condition     = contains(project.python, var.python)
      error_message = "The image needs a Python version that the project supports: ${join(", ", project.python)}."
    }
  }
}

# A template: the matrix follows project.python. Look there for $${{ }}.
file ".github/workflows/ci.yml" {
  template = "templates/github/ci.yml.tmpl"
  vars = {
    actions  = local.actions
    dataset  = local.paths.raw
    python   = var.python
    registry = var.registry
    tools    = local.tools
  }
}

# A copy: here ${{ }} needs no care at all.
file ".github/workflows/train.yml" {
  source = "files/workflows/train.yml"
}

file ".github/CODEOWNERS" {
  content = "* ${join(" ", project.authors[*].email)}\n"
}

file ".pre-commit-config.yaml" {
  template = "templates/pre-commit-config.yaml.tmpl"
  vars     = { tools = local.tools }
}

file ".python-version" {
  content = "${var.python}\n"
}

file ".dockerignore" {
  content = join("\n", [
    "*",
    "!LICENSE",
    "!README.md",
    "!configs",
    "!params.yaml",
    "!pyproject.toml",
    "!src",
    "**/__pycache__",
    "",
  ])
}

# A heredoc with a loop: <<- takes the indentation away. Start the loop's text on
# the line of its %{for}: text on a line of its own would keep its indentation.
file ".gitignore" {
  content = <<-EOT
    # Python
    __pycache__/
    *.egg-info/
    .pytest_cache/
    .ruff_cache/
    .venv/
    build/
    dist/

    # Notebooks
    .ipynb_checkpoints/

    # What the pipeline makes
    %{for d in local.kept}/${d}/*
    !/${d}/.gitkeep
    %{endfor~}

    # Values of variables may be secrets
    *.vars.hcl
  EOT
}

file ".gitattributes" {
  content = <<-EOT
    * text=auto eol=lf
    *.png binary
    *.skops binary
  EOT
}

file ".editorconfig" {
  content = <<-EOT
    root = true

    [*]
    charset = utf-8
    end_of_line = lf
    indent_style = space
    insert_final_newline = true
    trim_trailing_whitespace = true

    [*.{py,sh}]
    indent_size = 4

    [*.{hcl,yml,yaml}]
    indent_size = 2

    [Makefile]
    indent_style = tab
  EOT
}

# ---------------------------------------------------------------------------
# Documents
# ---------------------------------------------------------------------------

file "LICENSE" {
  source = "files/LICENSE"
}

file "CONTRIBUTING.md" {
  template = "templates/CONTRIBUTING.md.tmpl"
  vars     = { owned = [local.features, local.notebook], python = var.python }
}

file "docs/model-card.md" {
  template = "templates/docs/model-card.md.tmpl"
  vars = {
    columns      = var.columns
    environments = var.environments
    gates        = var.gates
    learner      = var.learner
  }
}

# Any bytes can be copied.
file "docs/pipeline.png" {
  source = "files/docs/pipeline.png"
}

file "notebook" {
  path      = local.notebook
  template  = "templates/explore.ipynb.tmpl"
  ownership = "user"
  vars      = { dataset = local.paths.raw, python = var.python }
}

# ---------------------------------------------------------------------------
# README: the order of the sections here is their order there.
# ---------------------------------------------------------------------------

readme {
  # Most sections need no argument: they follow the facts and the files above.
  section "title" {}
  section "badges" {}

  section "toc" {
    depth = 1
  }

  section "features" {
    items = [
      "One file describes the project; `mlops plan` proves that the rest follows.",
      "${length(local.stages)} pipeline stages, each held to what it reads and what it leaves.",
      "A gate: a model that does not beat the majority class fails the pipeline.",
      "Models are kept with skops, which runs no foreign code when it loads one.",
    ]
  }

  section "installation" {
    after = "`make install` adds the tools for development."
  }

  section "usage" {
    body = "Train and evaluate, then score the sample:"
    commands = [
      "${project.name} run",
      "${project.name} --env production predict --input ${local.paths.raw}",
    ]
  }

  section "custom" "pipeline" {
    title = "Pipeline"
    body  = <<-EOT
      ![The stages and what flows between them](docs/pipeline.png)

      %{for s in local.stages}- `${s.name}`: ${s.doc}
      %{endfor~}
    EOT
  }

  # One section for each document: dynamic works as in Terraform.
  dynamic "section" {
    for_each = {
      data  = { title = "Data", body = "What a customer file holds is in [data/README.md](data/README.md)." }
      model = { title = "Model", body = "Use, limits and acceptance are in the [model card](docs/model-card.md)." }
    }
    labels = ["custom", section.key]
    content {
      title = section.value.title
      body  = section.value.body
    }
  }

  section "tests" {
    commands = ["make install", "make lint test"]
  }

  section "project_tree" {
    depth   = 2
    exclude = [".*"]
    comments = {
      "${local.source}" = "the package"
      "configs"         = "one file for each environment"
      "params.yaml"     = "parameters of the pipeline"
      "pyproject.toml"  = "dependencies and build"
    }
  }

  section "license" {
    holder = project.authors[0].name
  }
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

check "stages" {
  severity = "error" # the plan fails, nothing is written

  assert {
    condition     = alltrue([for s in local.stages : fileexists("${local.source}/${s.name}.py")])
    error_message = "Every stage needs a module in ${local.source}."
  }
  assert {
    condition = alltrue(flatten([
      for i, s in local.stages : [
        for d in s.deps : contains(concat([local.paths.raw], flatten([for p in slice(local.stages, 0, i) : p.outs])), d)
      ]
    ]))
    error_message = "A stage may read the raw data and what an earlier stage writes, nothing else."
  }
  assert {
    condition     = length(local.outs) == length(distinct(local.outs))
    error_message = "Two stages write the same file."
  }
}

check "sample" {
  severity = "error"

  assert {
    condition     = split("\n", file(local.paths.raw))[0] == join(",", var.columns[*].name)
    error_message = "The header of ${local.paths.raw} must name the columns of the contract, in order."
  }
}

check "gates" {
  # The default severity, warning, prints and lets the plan pass.
  assert {
    condition     = lookup(var.gates, "roc_auc", 0) > 0.6
    error_message = "A roc_auc gate of 0.6 or less lets through models that are hardly better than chance."
  }
}

# ---------------------------------------------------------------------------
# Outputs: mlops output NAME prints one, for scripts.
# ---------------------------------------------------------------------------

output "package" {
  value       = project.package
  description = "Import name of the package."
}

output "stages" {
  value       = local.stages[*].name
  description = "Stages in the order in which they run."
}

output "environments" {
  value       = { for name, e in var.environments : name => "configs/${name}.yaml (threshold ${e.threshold})" }
  description = "Settings file of each environment."
}

output "can_push" {
  value       = var.registry != null && var.registry_token != null
  description = "Whether an image could be pushed. Made from a secret, so it is one too."
  sensitive   = true
}
