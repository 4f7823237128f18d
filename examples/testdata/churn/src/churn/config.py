"""Settings: params.yaml for the pipeline, configs/<environment>.yaml for scoring.

Both files are written from the spec. Nothing else in the package knows a path,
a seed or a threshold.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PARAMS = Path("params.yaml")
CONFIGS = Path("configs")


class ConfigError(ValueError):
    """A settings file is missing or does not say what it should."""


@dataclass(frozen=True)
class Environment:
    """How one environment scores customers."""

    name: str
    threshold: float
    log_level: str
    max_rows: int | None


def load_params(root: Path) -> dict[str, Any]:
    """Read the pipeline's parameters of the project in root."""
    return _load(root / PARAMS)


def load_environment(root: Path, name: str) -> Environment:
    """Read the settings of one environment; an unknown name lists the known ones."""
    path = root / CONFIGS / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(environments(root)) or "none"
        raise ConfigError(f"unknown environment {name!r} (known: {known})")
    data = _load(path)
    try:
        return Environment(
            name=name,
            threshold=float(data["threshold"]),
            log_level=str(data["log_level"]),
            max_rows=data["max_rows"],
        )
    except KeyError as error:
        raise ConfigError(f"{path}: no setting named {error}") from error


def environments(root: Path) -> list[str]:
    """Name the environments of the project in root."""
    return sorted(path.stem for path in (root / CONFIGS).glob("*.yaml"))


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: not found") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: a mapping is wanted at the top")
    return data
