"""Settings: every environment of the spec loads, and faults are named."""

from pathlib import Path

import pytest

from churn import config

ENVIRONMENTS = [
    "dev",
    "production",
    "staging",
]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment_loads(workspace: Path, name: str) -> None:
    environment = config.load_environment(workspace, name)
    assert environment.name == name
    assert 0.0 < environment.threshold < 1.0


def test_environments_are_those_of_the_spec(workspace: Path) -> None:
    assert config.environments(workspace) == ENVIRONMENTS


@pytest.mark.parametrize(
    ("text", "fault"),
    [("[1, 2]", "mapping"), ("{", "not valid YAML"), ("log_level: INFO", "'threshold'")],
)
def test_faulty_settings_are_named(workspace: Path, text: str, fault: str) -> None:
    (workspace / "configs" / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(config.ConfigError, match=fault):
        config.load_environment(workspace, "broken")


def test_missing_params_are_named(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="params.yaml: not found"):
        config.load_params(tmp_path)
