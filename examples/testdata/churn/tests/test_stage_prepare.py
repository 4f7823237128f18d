"""The contract of stage prepare: what it needs, what it leaves."""

from pathlib import Path

import pytest

from churn import config, pipeline

STAGE = next(stage for stage in pipeline.STAGES if stage.name == "prepare")


@pytest.mark.parametrize("missing", STAGE.deps)
def test_missing_input_is_named(finished: Path, missing: str) -> None:
    (finished / missing).unlink()
    with pytest.raises(pipeline.PipelineError, match=f"needs {missing}"):
        STAGE.execute(finished, config.load_params(finished))


@pytest.mark.parametrize("out", STAGE.outs)
def test_output_is_written_again(finished: Path, out: str) -> None:
    (finished / out).unlink()
    STAGE.execute(finished, config.load_params(finished))
    assert (finished / out).stat().st_size > 0


def test_train_csv_is_reproducible(finished: Path) -> None:
    path = finished / "data/processed/train.csv"
    before = path.read_bytes()
    path.unlink()
    STAGE.execute(finished, config.load_params(finished))
    assert path.read_bytes() == before


def test_test_csv_is_reproducible(finished: Path) -> None:
    path = finished / "data/processed/test.csv"
    before = path.read_bytes()
    path.unlink()
    STAGE.execute(finished, config.load_params(finished))
    assert path.read_bytes() == before
