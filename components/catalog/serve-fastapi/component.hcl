component "serve-fastapi" {
  version     = "0.1.1"
  description = "A service that answers with a model's predictions, its health and its metrics."
  reads       = ["project.package", "project.problem", "project.title", "service"]
  requires    = ["python-package", "data-contract", "train-tabular", "service"]
}

variable "service" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the service; empty: the first by name."
}

component "versions" {
  source = "builtin/versions"
}

locals {
  ours     = "# Written by mlops (builtin/serve-fastapi): change mlops.hcl instead."
  shared   = "# From mlops (builtin/serve-fastapi): your edits stay, updates are merged."
  pypi     = component.versions.pypi
  service  = service[coalesce(var.service, keys(service)[0])]
  paths    = merge({ predict = "/predict", health = "/healthz", ready = "/readyz", metrics = "/metrics" }, local.service.endpoints)
  features = local.service.inputs == null ? [] : [for c in local.service.inputs.fields : c if c.role == "feature"]
  # As Python, quoted as a formatter would: double, but single around double ones.
  python = {
    for s in distinct(concat([project.title], flatten([for c in local.features : concat(coalesce(c.values, []), [c.description], c.regex == null ? [] : ["^(?:${c.regex})$"])]))) :
    s => strcontains(s, "\"") && !strcontains(s, "'") ? "'${replace(substr(jsonencode(s), 1, length(jsonencode(s)) - 2), "\\\"", "\"")}'" : jsonencode(s)
  }
  labels = contains(["binary_classification", "multiclass"], project.problem.kind)
  types  = { int = "int", float = "float", bool = "bool", datetime = "datetime" }
}

file "schema" {
  path     = "src/${project.package}/serve/schema.py"
  template = "schema.py.tmpl"
  vars = {
    python  = local.python, header = local.ours, features = local.features, types = local.types, labels = local.labels
    aliases = { for c in local.features : c.name => "${replace(title(replace(c.name, "_", " ")), " ", "")}Value" }
    moment  = anytrue([for c in local.features : c.base == "datetime"])
    enum    = anytrue([for c in local.features : length(coalesce(c.values, [])) > 0])
  }
  lifecycle {
    precondition {
      condition     = local.service.framework == "fastapi"
      error_message = "builtin/serve-fastapi serves with fastapi, and the service says ${local.service.framework}."
    }
    precondition {
      condition     = length(local.features) > 0
      error_message = "builtin/serve-fastapi needs to know what a request holds: say `inputs` in the service or in its model."
    }
    precondition {
      condition     = alltrue([for c in local.features : can(regex("^[A-Za-z][A-Za-z0-9_]*$", c.name))])
      error_message = "builtin/serve-fastapi makes an attribute of each feature: their names may hold letters, digits and _ only."
    }
  }
}

file "package" {
  path    = "src/${project.package}/serve/__init__.py"
  content = "${local.ours}\n"
}

file "main" {
  path     = "src/${project.package}/serve/__main__.py"
  template = "main.py.tmpl"
  vars     = { header = local.ours, service = local.service }
}

file "app" {
  path      = "src/${project.package}/serve/app.py"
  template  = "app.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, title = local.python[project.title], service = local.service, paths = local.paths, labels = local.labels, truth = project.problem.target.base == "bool" }
}

file "test_serve" {
  path      = "tests/test_serve.py"
  template  = "test_serve.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, paths = local.paths }
}

file_keys "dependencies" {
  path = "pyproject.toml"
  append = {
    "project.dependencies" = [
      "fastapi>=${local.pypi.fastapi}",
      "prometheus-client>=${local.pypi.prometheus_client}",
      "pydantic>=${local.pypi.pydantic}",
      "uvicorn>=${local.pypi.uvicorn}",
    ]
    "dependency-groups.dev" = ["httpx2>=${local.pypi.httpx2}"]
  }
}

file_block "ignore" {
  for_each = toset(local.service.log == null ? [] : ["log"])
  path     = ".gitignore"
  content  = "/${local.service.log}\n"
}

readme {
  section "serving" {
    service  = local.service.name
    commands = ["uv run python -m ${project.package}.serve"]
    sample   = true
    after    = templatefile("readme.md.tmpl", { package = project.package, port = local.service.port, paths = local.paths })
  }
}

output "command" {
  value       = "python -m ${project.package}.serve"
  description = "Command that starts the service."
}

output "paths" {
  value       = local.paths
  description = "Paths that the service answers at, by name."
}
