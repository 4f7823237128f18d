import tomllib
from pathlib import Path

import pandas as pd
import pytest

from churn import contract, sample
from churn.pipeline import model, settings
from churn.rank import main, rank


def test_the_likeliest_come_first_up_to_the_limit() -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b", "c", "d"]})
    found = rank(frame, [0.5, 0.9, 0.2, 0.7], {"threshold": 0.5, "limit": 2})
    assert found["customer_id"].tolist() == ["b", "d"]
    assert rank(frame, [0.1] * 4, {"threshold": 0.5}).empty


@pytest.mark.parametrize("env", ["dev", "production", "staging"])
def test_each_environment_has_a_threshold(env: str) -> None:
    config = tomllib.loads(Path(f"configs/{env}.toml").read_text(encoding="utf-8"))
    assert 0 < config["threshold"] < 1


def test_a_file_is_ranked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "customers.csv"
    sample.write(data, sample.rows(200))
    frame = contract.typed(contract.read(data))
    learned = model.build(random_state=0).fit(model.features(frame), model.target(frame))
    model.save(learned, tmp_path / "model.skops")
    monkeypatch.setattr(settings, "MODEL", tmp_path / "model.skops")
    assert main(["--env", "dev", str(data)]) == 0
    assert capsys.readouterr().out.startswith("customer_id,age,")
