"""Train a classifier of digits with the settings in params.yaml."""

from pathlib import Path

import yaml
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

params = yaml.safe_load(Path(__file__).with_name("params.yaml").read_text(encoding="utf-8"))
images, digits = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    images / 16, digits, test_size=params["test_size"], random_state=params["seed"]
)
model = LogisticRegression(max_iter=params["max_iter"]).fit(x_train, y_train)
print(f"accuracy {model.score(x_test, y_test):.3f} on {len(y_test)} pictures")
