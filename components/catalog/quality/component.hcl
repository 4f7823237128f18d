component "quality" {
  version     = "0.1.0"
  description = "Ruff, a type checker, coverage, hooks and tasks for a Python package."
  reads       = ["project.package", "project.python"]
  requires    = ["python-package"]
}

# Ruff's own default set has changed before: what is checked is said here.
variable "rules" {
  type        = list(string)
  default     = ["B", "C4", "E4", "E7", "E9", "F", "I", "PTH", "RET", "SIM", "UP"]
  nullable    = false
  description = "Rules that ruff checks, all others are off."
  validation {
    condition     = length(var.rules) > 0 && alltrue([for r in var.rules : can(regex("^[A-Z]+[0-9]*$", r))])
    error_message = "rules must list rules of ruff, such as \"F\" or \"E501\"."
  }
}

variable "type_checker" {
  type        = string
  default     = "mypy"
  nullable    = false
  description = "Type checker: mypy or ty."
  validation {
    condition     = contains(["mypy", "ty"], var.type_checker)
    error_message = "type_checker must be \"mypy\" or \"ty\"."
  }
}

variable "coverage" {
  type        = number
  default     = 80
  nullable    = false
  description = "Percentage of the package that tests must run."
  validation {
    condition     = var.coverage >= 0 && var.coverage <= 100
    error_message = "coverage is a percentage, from 0 to 100."
  }
}

variable "hooks" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether there is a configuration of pre-commit."
}

component "versions" {
  source = "builtin/versions"
}

component "commands" {
  source = "builtin/commands"
}

locals {
  pypi   = component.versions.pypi
  python = length(project.python) > 0 ? project.python[0] : component.versions.python[0]
  types = {
    mypy = {
      command = "mypy"
      needs   = "mypy==${local.pypi.mypy}"
      cache   = ".mypy_cache/\n"
      set = {
        "tool.mypy.files"          = ["src", "tests"]
        "tool.mypy.python_version" = local.python
        "tool.mypy.strict"         = true
      }
    }
    ty = {
      command = "ty check"
      needs   = "ty==${local.pypi.ty}"
      cache   = ""
      set = {
        "tool.ty.environment.python-version" = local.python
        "tool.ty.src.include"                = ["src", "tests"]
      }
    }
  }[var.type_checker]
  tasks = {
    lint   = "ruff check ."
    format = "ruff format ."
    types  = local.types.command
    test   = "pytest"
  }
}

# A group of its own, so that it can be left out of an image.
file_keys "tools" {
  path = "pyproject.toml"
  set = merge(
    {
      "tool.ruff.target-version"          = "py${replace(local.python, ".", "")}"
      "tool.ruff.lint.select"             = var.rules
      "tool.coverage.run.branch"          = true
      "tool.coverage.run.source"          = [project.package]
      "tool.coverage.report.fail_under"   = var.coverage
      "tool.coverage.report.show_missing" = true
      "tool.coverage.report.exclude_also" = ["if __name__ == .__main__.:"]
      "tool.pytest.ini_options.addopts"   = ["--strict-config", "--strict-markers", "--cov"]
      "tool.poe.tasks.check"              = ["lint", "format-check", "types", "test"]
      "tool.poe.tasks.format-check"       = "ruff format --check ."
    },
    { for name, command in local.tasks : "tool.poe.tasks.${name}" => command },
    local.types.set,
  )
  append = {
    "dependency-groups.dev" = concat([
      "poethepoet==${local.pypi.poethepoet}",
      "pytest-cov>=${local.pypi.pytest_cov}",
      "ruff==${local.pypi.ruff}",
      local.types.needs,
    ], var.hooks ? ["pre-commit>=${local.pypi.pre_commit}"] : [])
  }
}

file_block "ignore" {
  path    = ".gitignore"
  content = "${local.types.cache}.ruff_cache/\n.coverage\n.coverage.*\nhtmlcov/\n"
}

file "hooks" {
  for_each = toset(var.hooks ? ["pre-commit"] : [])
  path     = ".pre-commit-config.yaml"
  template = "pre-commit-config.yaml.tmpl"
  vars     = { types = local.types.command }
}

readme {
  section "custom" "quality" {
    title = "Quality"
    body  = templatefile("readme.md.tmpl", { package = project.package, coverage = var.coverage, hooks = var.hooks })
  }
}

output "lint" {
  value       = component.commands.quality.lint
  description = "Commands that lint, without the tests."
}

output "test" {
  value       = component.commands.quality.test
  description = "Commands that test."
}
