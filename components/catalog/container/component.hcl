component "container" {
  version     = "0.2.0"
  description = "An image of the service, built in two stages, a compose file, and a container to develop in."
  reads       = ["project.name", "project.package", "project.python", "service"]
  requires    = ["python-package", "serve-fastapi", "service"]
}

variable "service" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the service; empty: the first by name."
}

variable "devcontainer" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether there is a container to develop in, for editors that know devcontainer.json."
}

component "versions" {
  source = "builtin/versions"
}

locals {
  ours    = "# Written by mlops (builtin/container): change mlops.hcl instead."
  service = service[coalesce(var.service, keys(service)[0])]
  python  = length(project.python) > 0 ? project.python[0] : component.versions.python[0]
  dev     = var.devcontainer ? "\n\nTo develop in a container, open the folder in an editor that knows\n`.devcontainer/devcontainer.json`: it has the same Python and the same uv, and\nits own virtual environment." : ""
  log     = local.service.log == null ? "" : dirname(local.service.log)
}

file "Dockerfile" {
  template = "Dockerfile.tmpl"
  vars = {
    header = local.ours, python = local.python, uv = component.versions.pypi.uv, service = local.service, log = local.log
    health = lookup(local.service.endpoints, "health", "/healthz"), dev = var.devcontainer
  }
}

# Only what the image is built from goes to the engine.
file ".dockerignore" {
  content = join("\n", concat([local.ours, "*", "!pyproject.toml", "!uv.lock", "!README.md", "!src", "!${local.service.model.artifact}", "**/__pycache__"], [""]))
}

file "compose.yaml" {
  template = "compose.yaml.tmpl"
  vars     = { header = local.ours, service = local.service, log = local.log }
}

file "devcontainer" {
  for_each = toset(var.devcontainer ? ["devcontainer"] : [])
  path     = ".devcontainer/devcontainer.json"
  template = "devcontainer.json.tmpl"
  vars     = { service = local.service }
}

readme {
  section "custom" "container" {
    title = "Container"
    body  = "The image needs `uv.lock` and the trained model:\n\n```sh\ndocker compose up --build\n```\n\nThe service answers at <http://localhost:${local.service.port}>.${local.dev}"
  }
}
