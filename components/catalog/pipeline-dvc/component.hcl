component "pipeline-dvc" {
  version     = "0.1.0"
  description = "The stages as a DVC pipeline."
  reads       = ["stage", "project.pipeline"]
  requires    = ["stage"]
}

variable "params_file" {
  type        = string
  default     = "params.toml"
  nullable    = false
  description = "File that holds the parameters of the stages, \"\" for none."
}

variable "python" {
  type        = string
  default     = "uv run --locked python"
  nullable    = false
  description = "What runs a module."
}

variable "remote" {
  type        = string
  default     = ""
  nullable    = false
  description = "Where results are shared, such as s3://BUCKET/PATH; empty: nowhere. It holds no password."
  validation {
    condition     = !strcontains(var.remote, "@") && !strcontains(var.remote, "\n") && trimspace(var.remote) == var.remote
    error_message = "remote is a path or an address on one line, and holds no password."
  }
}

variable "code" {
  type        = map(list(string))
  default     = {}
  nullable    = false
  description = "Files of code that a stage runs beside its own module, by stage; a change of one makes it run again."
  validation {
    condition     = alltrue([for files in values(var.code) : length(files) == length(distinct(files))])
    error_message = "code names a file twice."
  }
}

component "versions" {
  source = "builtin/versions"
}

component "commands" {
  source = "builtin/commands"
}

locals {
  ours   = "# Written by mlops (builtin/pipeline-dvc): change mlops.hcl instead."
  remote = var.remote == "" ? "" : "    remote = shared\n['remote \"shared\"']\n    url = ${var.remote}\n"
  outs   = distinct(flatten([for s in values(stage) : values(s.outs)]))
}

file "dvc.yaml" {
  template = "dvc.yaml.tmpl"
  vars     = { header = local.ours }
  lifecycle {
    precondition {
      condition     = alltrue([for name in keys(var.code) : contains(project.pipeline, name)])
      error_message = "builtin/pipeline-dvc: code names ${join(", ", [for name in keys(var.code) : name if !contains(project.pipeline, name)])}, and no stage has that name."
    }
  }
}

file ".dvc/config" {
  content = "${local.ours}\n[core]\n    analytics = false\n    autostage = true\n${local.remote}"
}

file ".dvc/.gitignore" {
  content = "${local.ours}\n/config.local\n/tmp\n/cache\n"
}

file ".dvcignore" {
  content = "${local.ours}\n.venv\n.mlops\n"
}

file_block "ignore" {
  path    = ".gitignore"
  content = join("", [for out in local.outs : "/${out}\n"])
}

file_keys "dependencies" {
  path   = "pyproject.toml"
  append = { "dependency-groups.dev" = ["dvc>=${component.versions.pypi.dvc}"] }
}

readme {
  section "pipeline" {
    after = templatefile("readme.md.tmpl", { remote = var.remote })
  }
}

output "reproduce" {
  value       = component.commands.pipeline.reproduce
  description = "Commands that bring every result up to date."
}
