"""The contract of stage train: what it needs, what it leaves."""

from pathlib import Path

import pytest

from churn import config, pipeline

STAGE = next(stage for stage in pipeline.STAGES if stage.name == "train")


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
