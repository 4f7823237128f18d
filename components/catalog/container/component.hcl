component "container" {
  version     = "0.1.0"
  description = "An image of the service, built in two stages, and a compose file."
  reads       = ["project.package", "project.python", "service"]
  requires    = ["python-package", "serve-fastapi", "service"]
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
  ours    = "# Written by mlops (builtin/container): change mlops.hcl instead."
  service = service[coalesce(var.service, keys(service)[0])]
  python  = length(project.python) > 0 ? project.python[0] : component.versions.python[0]
  log     = local.service.log == null ? "" : dirname(local.service.log)
}

file "Dockerfile" {
  template = "Dockerfile.tmpl"
  vars = {
    header = local.ours, python = local.python, uv = component.versions.pypi.uv, service = local.service, log = local.log
    health = lookup(local.service.endpoints, "health", "/healthz")
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

readme {
  section "custom" "container" {
    title = "Container"
    body  = "The image needs `uv.lock` and the trained model:\n\n```sh\ndocker compose up --build\n```\n\nThe service answers at <http://localhost:${local.service.port}>."
  }
}
