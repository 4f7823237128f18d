component "python-package" {
  version     = "0.2.0"
  description = "An installable Python package: uv, src layout, command line, tests."
  reads = [
    "project.name", "project.title", "project.summary", "project.package", "project.license",
    "project.python", "project.authors", "project.repository", "project.has_readme",
  ]
  python = ["3.11", "3.12", "3.13"]
}

variable "cli" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether the package installs a command of the project's name."
}

variable "readme" {
  type        = string
  default     = null
  description = "File that the package index shows, \"\" for none; null: README.md where the spec has a readme block."
}

variable "dependencies" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Requirements of the package, such as \"numpy>=2\"."
}

variable "backend" {
  type        = string
  default     = "uv_build"
  nullable    = false
  description = "What builds the package: uv_build or hatchling."
  validation {
    condition     = contains(["uv_build", "hatchling"], var.backend)
    error_message = "backend must be \"uv_build\" or \"hatchling\"."
  }
}

component "versions" {
  source = "builtin/versions"
}

component "commands" {
  source = "builtin/commands"
}

locals {
  ours   = "# Written by mlops (builtin/python-package): change mlops.hcl instead."
  shared = "# From mlops (builtin/python-package): your edits stay, updates are merged."
  doc    = replace(replace(trimsuffix(replace(project.title, "\n", " "), "."), "\\", "\\\\"), "\"", "\\\"")
  readme = var.readme == null ? (project.has_readme ? "README.md" : "") : var.readme
  cli    = var.cli ? toset(["cli"]) : toset([])
  test   = component.commands.package.test
  # As Python, quoted as a formatter would: double, but single around double ones.
  text       = coalesce(project.summary, project.title)
  about      = strcontains(local.text, "\"") && !strcontains(local.text, "'") ? "'${replace(substr(jsonencode(local.text), 1, length(jsonencode(local.text)) - 2), "\\\"", "\"")}'" : jsonencode(local.text)
  license    = join("", compact([project.license]))
  repository = join("", compact([project.repository]))
  # An author without an address is one all the same.
  authors = [for a in project.authors : { for k, v in a : k => v if v != null && v != "" }]

  pypi   = component.versions.pypi
  python = length(project.python) > 0 ? project.python : component.versions.python
  minor  = regex("^[0-9]+\\.[0-9]+", local.pypi.uv_build)
  # Pre-releases of uv_build count by minor version, so the next one is left out.
  next = format("%s.%d", split(".", local.minor)[0], tonumber(split(".", local.minor)[1]) + 1)
  backend = {
    uv_build = {
      requires = "uv_build>=${local.pypi.uv_build},<${local.next}"
      module   = "uv_build"
      set      = { "tool.uv.build-backend.module-name" = project.package }
    }
    hatchling = {
      requires = "hatchling>=${local.pypi.hatchling}"
      module   = "hatchling.build"
      set      = { "tool.hatch.build.targets.wheel.packages" = ["src/${project.package}"] }
    }
  }[var.backend]
}

# The first text of pyproject.toml. It is the user's from then on, with the keys
# below, which other components add to.
file "pyproject.toml" {
  source    = "pyproject.toml"
  ownership = "user"
}

file_keys "project" {
  path = "pyproject.toml"
  set = merge(
    {
      "project.name"               = project.name
      "project.requires-python"    = ">=${local.python[0]}"
      "build-system.requires"      = [local.backend.requires]
      "build-system.build-backend" = local.backend.module
      # What components write is formatted for this.
      "tool.ruff.line-length"              = 100
      "tool.pytest.ini_options.testpaths"  = ["tests"]
      "tool.pytest.ini_options.minversion" = local.pypi.pytest
    },
    local.backend.set,
    project.summary == "" ? {} : { "project.description" = project.summary },
    local.license == "" ? {} : { "project.license" = local.license },
    length(project.authors) == 0 ? {} : { "project.authors" = local.authors },
    local.repository == "" ? {} : { "project.urls.Repository" = local.repository },
    local.readme == "" ? {} : { "project.readme" = local.readme },
    var.cli ? { "project.scripts.\"${project.name}\"" = "${project.package}.cli:main" } : {},
  )
  append = {
    "project.classifiers"   = [for v in local.python : "Programming Language :: Python :: ${v}"]
    "project.dependencies"  = var.dependencies
    "dependency-groups.dev" = ["pytest>=${local.pypi.pytest}"]
  }
}

# The oldest version, so that what works here works on all.
file ".python-version" {
  content = "${local.python[0]}\n"
}

file_block "ignore" {
  path    = ".gitignore"
  content = file("gitignore")
}

file "init" {
  path      = "src/${project.package}/__init__.py"
  template  = "init.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, doc = local.doc }
}

file "typed" {
  path    = "src/${project.package}/py.typed"
  content = ""
}

file "main" {
  for_each = local.cli
  path     = "src/${project.package}/__main__.py"
  template = "main.py.tmpl"
  vars     = { header = local.ours }
}

file "cli" {
  for_each  = local.cli
  path      = "src/${project.package}/cli.py"
  template  = "cli.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared, description = local.about }
}

file "test_package" {
  path      = "tests/test_package.py"
  template  = "test_package.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared }
}

file "test_cli" {
  for_each  = local.cli
  path      = "tests/test_cli.py"
  template  = "test_cli.py.tmpl"
  ownership = "shared"
  vars      = { header = local.shared }
}

readme {
  section "installation" {
    commands = ["uv lock", "uv sync --locked"]
    before   = "Python ${local.python[0]} or newer and [uv](https://docs.astral.sh/uv/) are needed."
    after    = "`uv.lock` holds the exact versions: commit it, and run `uv lock` again when\ndependencies change."
  }
  dynamic "section" {
    for_each = local.cli
    labels   = ["usage"]
    content {
      commands = ["uv run ${project.name} --help"]
    }
  }
  section "tests" {
    commands = local.test
  }
}

output "test" {
  value       = local.test
  description = "Commands that test the package."
}

output "uv" {
  value       = local.pypi.uv
  description = "Version of uv that the project is made with."
}
