# The one place for commands that one built-in component brings and another runs or shows.
component "commands" {
  version     = "0.1.0"
  description = "Commands of the built-in components, by what they do; it adds nothing to a project."
  reads       = ["project.package"]
}

# Of builtin/python-package.
output "package" {
  value = {
    test = ["uv run --locked pytest"]
  }
}

# Of builtin/quality.
output "quality" {
  value = {
    lint = ["uv run --locked poe lint", "uv run --locked poe format-check", "uv run --locked poe types"]
    test = ["uv run --locked poe test"]
  }
}

# Of builtin/pipeline-dvc.
output "pipeline" {
  value = {
    reproduce = ["uv run --locked dvc repro"]
    metrics   = ["uv run --locked dvc metrics show"]
  }
}

# Of builtin/monitor-drift and builtin/data-contract: the job on real data, and the job
# on made-up data, where it must pass what is alike and fail what is not.
output "drift" {
  value = {
    compare = ["uv run --locked python -m ${project.package}.drift"]
    control = [
      "uv run --locked python -m ${project.package}.sample data/live/was.csv --rows 4000",
      "uv run --locked python -m ${project.package}.sample data/live/same.csv --rows 4000 --seed 1001",
      "uv run --locked python -m ${project.package}.sample data/live/other.csv --rows 4000 --seed 1001 --drift",
      "uv run --locked python -m ${project.package}.drift --reference data/live/was.csv data/live/same.csv",
      "code=0; uv run --locked python -m ${project.package}.drift --reference data/live/was.csv data/live/other.csv || code=$?; test \"$code\" -eq 1",
    ]
  }
}
