component "repo-hygiene" {
  version     = "0.1.0"
  description = "License text, owners, security policy, editor settings, ignore and attributes blocks."
  reads       = ["project.license", "project.title", "project.authors"]
}

variable "holder" {
  type        = string
  default     = ""
  nullable    = false
  description = "Who holds the copyright; empty: the authors."
}

variable "year" {
  type        = string
  default     = ""
  nullable    = false
  description = "Year of the copyright, quoted; empty: none is named."
}

variable "owners" {
  type        = map(list(string))
  default     = {}
  nullable    = false
  description = "Who reviews what: patterns of paths and their owners, such as { \"*\" = [\"@acme/ml\"] }."
}

variable "contact" {
  type        = string
  default     = ""
  nullable    = false
  description = "Where to report a vulnerability; empty: the first author's address."
}

locals {
  ours    = "# Written by mlops (builtin/repo-hygiene): change mlops.hcl instead."
  ours_md = "<!-- Written by mlops (builtin/repo-hygiene): change mlops.hcl instead. -->"
  spdx    = join("", compact([project.license]))
  text    = "licenses/${replace(local.spdx, "/-(only|or-later)$/", "")}.txt"
  # Asked here, because a check looks for files of the project.
  has     = local.spdx != "" && fileexists(local.text)
  names   = join(", ", [for a in project.authors : a.name])
  holder  = coalesce(var.holder, local.names, "the authors of ${project.title}")
  whose   = var.year == "" ? local.holder : "${var.year} ${local.holder}"
  mails   = compact([for a in project.authors : a.email])
  contact = var.contact == "" && length(local.mails) > 0 ? local.mails[0] : var.contact
}

file "license" {
  for_each = toset(local.has ? ["license"] : [])
  path     = "LICENSE"
  content  = replace(file(local.text), "@HOLDER@", local.whose)
}

check "license" {
  assert {
    condition     = local.spdx == "" || local.has
    error_message = "builtin/repo-hygiene has no text of the license ${local.spdx}: add the file LICENSE yourself."
  }
}

file "owners" {
  for_each = toset(length(var.owners) > 0 ? ["owners"] : [])
  path     = ".github/CODEOWNERS"
  content  = "${local.ours}\n${join("", [for path, who in var.owners : "${path} ${join(" ", who)}\n"])}"
}

file "security" {
  for_each = toset(local.contact == "" ? [] : ["security"])
  path     = "SECURITY.md"
  template = "SECURITY.md.tmpl"
  vars     = { header = local.ours_md, contact = local.contact }
}

file ".editorconfig" {
  template = "editorconfig.tmpl"
  vars     = { header = local.ours }
}

file_block "ignore" {
  path    = ".gitignore"
  content = file("gitignore")
}

file_block "attributes" {
  path    = ".gitattributes"
  content = file("gitattributes")
}

readme {
  dynamic "section" {
    for_each = toset(local.spdx == "" ? [] : ["license"])
    labels   = ["license"]
    content {}
  }
}
