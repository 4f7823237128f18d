# From mlops (builtin/python-package): your edits stay, updates are merged.
from importlib.metadata import metadata
from importlib.resources import files

import churn


def test_version_is_that_of_the_distribution() -> None:
    assert churn.__version__ == metadata("churn")["Version"]


def test_types_are_shipped() -> None:
    assert files("churn").joinpath("py.typed").is_file()
