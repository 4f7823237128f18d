"""Customer churn prediction."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("churn-prediction")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0+unknown"
