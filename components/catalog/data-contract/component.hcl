component "data-contract" {
  version     = "0.1.1"
  description = "One dataset's columns as a check, a data card and a seeded sample with a drifted twin."
  reads       = ["project.package", "dataset"]
  requires    = ["python-package", "dataset"]
}

variable "dataset" {
  type        = string
  default     = ""
  nullable    = false
  description = "Name of the dataset; empty: the first by name."
}

component "versions" {
  source = "builtin/versions"
}

locals {
  ours = "Written by mlops (builtin/data-contract): change mlops.hcl instead."
  pypi = component.versions.pypi
  name = coalesce(var.dataset, keys(dataset)[0])
  data = dataset[local.name]
  rows = try(coalesce(local.data.source.rows, 1000), 1000)
  seed = try(coalesce(local.data.source.seed, 7), 7)
  src  = "src/${project.package}"
  # What cannot be made up: text that must match a pattern.
  regexes = [for c in local.data.fields : c.name if c.regex != null && length(coalesce(c.values, [])) == 0]
  # As Python, quoted as a formatter would: double, but single around double ones.
  python = {
    for s in distinct(concat(flatten([for c in local.data.fields : coalesce(c.values, [])]), compact(local.data.fields[*].regex))) :
    s => strcontains(s, "\"") && !strcontains(s, "'") ? "'${replace(substr(jsonencode(s), 1, length(jsonencode(s)) - 2), "\\\"", "\"")}'" : jsonencode(s)
  }
  kinds = ["int", "float", "bool", "string", "text", "category", "datetime"]
}

file "contract" {
  path     = "${local.src}/contract.py"
  template = "contract.py.tmpl"
  vars     = { header = local.ours, data = local.data, python = local.python }
  lifecycle {
    precondition {
      condition     = endswith(local.data.path, ".csv")
      error_message = "builtin/data-contract checks CSV files, and the dataset ${local.name} lies at ${local.data.path}."
    }
    precondition {
      condition     = length(local.data.fields) > 0
      error_message = "builtin/data-contract needs the columns of the dataset ${local.name}."
    }
    precondition {
      condition     = alltrue([for c in local.data.fields : contains(local.kinds, c.base)])
      error_message = "builtin/data-contract knows columns of the types ${join(", ", local.kinds)}."
    }
  }
}

file "sample" {
  path     = "${local.src}/sample.py"
  template = "sample.py.tmpl"
  vars     = { header = local.ours, rows = local.rows, seed = local.seed }
  lifecycle {
    precondition {
      condition     = length(local.regexes) == 0
      error_message = "builtin/data-contract cannot make up text for the pattern of ${join(", ", local.regexes)}: give these columns values too."
    }
  }
}

file "test_contract" {
  path     = "tests/test_contract.py"
  template = "test_contract.py.tmpl"
  vars     = { header = local.ours }
}

file "DATASET_CARD.md" {
  template = "DATASET_CARD.md.tmpl"
  vars     = { header = local.ours, data = local.data, name = local.name }
}

file_keys "dependencies" {
  path = "pyproject.toml"
  append = {
    "project.dependencies"  = ["pandas>=${local.pypi.pandas}"]
    "dependency-groups.dev" = ["pandas-stubs>=${local.pypi.pandas_stubs}"]
  }
}

readme {
  section "data" {
    datasets = [local.name]
    after    = templatefile("readme.md.tmpl", { package = project.package, data = local.data })
  }
}

output "path" {
  value       = local.data.path
  description = "File that the contract is about."
}

output "code" {
  value       = ["${local.src}/contract.py"]
  description = "The modules that the sample is made with beside its own."
}
