"""Fixtures: a scratch copy of the project's inputs, and one with a finished pipeline."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from churn import config, pipeline, schema

PROJECT = Path(__file__).resolve().parents[1]
INPUTS = ("params.yaml", "configs", "data/sample/customers.csv")


def copy_inputs(target: Path) -> Path:
    """Copy what the pipeline starts from."""
    for name in INPUTS:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, target / name)
    return target


def run_pipeline(root: Path) -> Path:
    """Run every stage in root."""
    params = config.load_params(root)
    for stage in pipeline.STAGES:
        stage.execute(root, params)
    return root


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give a folder with the inputs, and nothing made from them."""
    return copy_inputs(tmp_path)


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the pipeline once for all tests; ask for `finished` instead."""
    return run_pipeline(copy_inputs(tmp_path_factory.mktemp("finished")))


@pytest.fixture
def finished(finished_once: Path, tmp_path: Path) -> Path:
    """Give a folder of one's own in which the pipeline has run."""
    return shutil.copytree(finished_once, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def customers() -> pd.DataFrame:
    """Give the sample, as the package reads it."""
    return schema.read(PROJECT / INPUTS[-1])
