# From mlops (builtin/python-package): your edits stay, updates are merged.
"""Customer churn."""

from importlib.metadata import version

__version__ = version("churn")
