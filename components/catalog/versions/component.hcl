# The one place for every version that a built-in component writes. To raise one,
# see README.md beside the folders; nothing else names a version.
component "versions" {
  version     = "0.1.0"
  description = "Versions of tools, packages and actions that the built-in components use; it adds nothing to a project."
}

# The Python versions of a project that names none, oldest first.
output "python" {
  value = ["3.11", "3.12", "3.13"]
}

# Packages of PyPI.
output "pypi" {
  value = {
    dvc               = "3.67.1"
    fastapi           = "0.165.0"
    hatchling         = "1.33.0"
    httpx2            = "2.16.2"
    lightgbm          = "4.7.0"
    mlflow            = "3.17.2"
    mypy              = "2.4.1"
    pandas            = "3.1.1"
    pandas_stubs      = "3.1.0"
    poethepoet        = "0.49.0"
    pre_commit        = "4.7.0"
    prometheus_client = "0.26.0"
    pydantic          = "2.14.3"
    pytest            = "9.2.0"
    pytest_cov        = "7.1.0"
    ruff              = "0.17.6"
    scikit_learn      = "1.9.1"
    skops             = "0.16.0"
    ty                = "0.0.105"
    uv                = "0.13.9"
    uv_build          = "0.13.9"
    uvicorn           = "0.54.0"
    xgboost           = "3.2.0"
  }
}

# Actions: the commit that the tag of the repository names.
output "actions" {
  value = {
    checkout = {
      repository = "actions/checkout"
      tag        = "v7.0.1"
      sha        = "3d3c42e5aac5ba805825da76410c181273ba90b1"
    }
    setup_go = {
      repository = "actions/setup-go"
      tag        = "v7.0.0"
      sha        = "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e"
    }
    setup_uv = {
      repository = "astral-sh/setup-uv"
      tag        = "v10.0.1"
      sha        = "20cfd1bf945f4377ade1205e4dbc17946fc9a30d"
    }
    upload_artifact = {
      repository = "actions/upload-artifact"
      tag        = "v7.0.0"
      sha        = "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"
    }
  }
}
