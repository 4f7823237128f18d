package readme

import (
	"io/fs"

	"github.com/zclconf/go-cty/cty"
)

// Sample is a made-up project in which the example of every kind renders, and
// every kind that can be derived renders without any field.
func Sample() Project {
	files := sampleFiles()
	return Project{
		Name: "churn", Title: "Customer churn", Summary: "Ranks customers by how likely they are to leave in the next 30 days.", Package: "churn",
		License: "Apache-2.0", Python: []string{"3.11", "3.12"}, Authors: []Person{{Name: "Ada Byron", Email: "ada@example.com"}},
		Repository: "https://github.com/example/churn",
		Files: []string{
			".github/workflows/ci.yml", "CHANGELOG.md", "CITATION.cff", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "DATASET_CARD.md", "Dockerfile", "LICENSE",
			"MODEL_CARD.md", "README.md", "SECURITY.md", "params.yaml", "pyproject.toml", "src/churn/__init__.py", "src/churn/__main__.py", "tests/test_train.py", "uv.lock",
		},
		Translations: []Translation{{"en", "README.md"}, {"de", "README.de.md"}},
		Facts:        sampleFacts(),
		Read: func(path string) ([]byte, error) {
			if text, has := files[path]; has {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
	}
}

// Alone renders sections of one kind as a whole document: below the title, unless
// they make one, and above a license where they list what follows. The error is that
// of Render.
func Alone(sections []Section, p Project) ([]byte, error) {
	d := document{catalogue: catalogue()}
	k := d.kind(sections[0].Kind)
	if k != nil && k.top == nil {
		sections = append([]Section{{Kind: "title"}}, sections...)
	}
	if k != nil && k.late {
		spdx := cty.ObjectVal(map[string]cty.Value{"spdx": cty.StringVal(first(p.License, "MIT"))})
		sections = append(sections, Section{Kind: "license", Fields: spdx})
	}
	return Render(sections, p)
}

func sampleFiles() map[string]string {
	return map[string]string{
		"params.yaml":          "seed: 42\nmodel:\n  learner: hist_gradient_boosting\n  max_depth: 4\n",
		"reports/metrics.json": "{\n  \"roc_auc\": 0.873412,\n  \"log_loss\": 0.31\n}\n",
		"CHANGELOG.md":         "# Changelog\n\n## 1.0.0\n\n- First release\n",
	}
}

func sampleFacts() []Fact {
	obj := func(kind, name string, attrs map[string]cty.Value) Fact {
		attrs["fact"], attrs["name"] = cty.StringVal(kind), cty.StringVal(name)
		return Fact{Kind: kind, Name: name, Value: cty.ObjectVal(attrs)}
	}
	data := obj("dataset", "customers", map[string]cty.Value{
		"path": cty.StringVal("data/customers.csv"), "title": cty.StringVal("Customers"), "description": cty.StringVal("One row for each customer."),
		"license": cty.StringVal("CC0-1.0"), "version": cty.StringVal("2026-01"),
		"fields": cty.TupleVal([]cty.Value{
			sampleColumn("age", "int", "feature", "Age at signup"), sampleColumn("plan", "category", "feature", ""), sampleColumn("churned", "bool", "target", ""),
		}),
		"features": words("age", "plan"), "targets": words("churned"), "pii": cty.ListValEmpty(cty.String),
		"source": cty.ObjectVal(map[string]cty.Value{"type": cty.StringVal("bundled"), "rows": cty.NumberIntVal(1000), "seed": cty.NumberIntVal(7)}),
	})
	model := obj("model", "churn", map[string]cty.Value{
		"artifact": cty.StringVal("models/model.skops"), "title": cty.StringVal("Churn"), "format": cty.StringVal("skops"), "inputs": data.Value,
		"card": cty.ObjectVal(map[string]cty.Value{
			"intended_use": cty.StringVal("Rank accounts for retention calls"), "limitations": cty.StringVal("Trained on one country only."),
			"risk_class": cty.StringVal("limited"), "license": cty.StringVal("Apache-2.0"),
		}),
	})
	service := obj("service", "api", map[string]cty.Value{
		"model": model.Value, "inputs": data.Value, "port": cty.NumberIntVal(8000),
		"endpoints": cty.ObjectVal(map[string]cty.Value{"predict": cty.StringVal("/predict"), "health": cty.StringVal("/healthz")}),
	})
	monitor := obj("monitor", "drift", map[string]cty.Value{
		"reference": cty.StringVal("data/train.csv"), "current": cty.StringVal("logs/requests.jsonl"), "method": cty.StringVal("psi"),
		"threshold": cty.NumberFloatVal(0.2), "columns": words("age", "plan"), "schedule": cty.StringVal("0 6 * * 1"), "on_breach": cty.StringVal("retrain"),
	})
	environment := obj("environment", "production", map[string]cty.Value{"variables": cty.MapVal(map[string]cty.Value{"MLFLOW_TRACKING_URI": cty.StringVal("MLFLOW_URI")})})
	problem := Fact{Kind: "problem", Value: cty.ObjectVal(map[string]cty.Value{
		"kind": cty.StringVal("binary_classification"), "metric": cty.StringVal("roc_auc"), "better": cty.StringVal("higher"), "baseline": cty.StringVal("majority_class"),
	})}
	return append(sampleStages(), data, model, service, monitor, environment, problem)
}

func sampleColumn(name, kind, role, about string) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"name": cty.StringVal(name), "type": cty.StringVal(kind), "base": cty.StringVal(kind), "role": cty.StringVal(role), "description": cty.StringVal(about),
	})
}

// words is a list of text; there must be some.
func words(all ...string) cty.Value {
	values := make([]cty.Value, len(all))
	for i, w := range all {
		values[i] = cty.StringVal(w)
	}
	return cty.ListVal(values)
}

func sampleStages() []Fact {
	files := func(pairs ...string) cty.Value {
		attrs := map[string]cty.Value{}
		for i := 0; i < len(pairs); i += 2 {
			attrs[pairs[i]] = cty.StringVal(pairs[i+1])
		}
		return cty.ObjectVal(attrs)
	}
	stage := func(name string, attrs map[string]cty.Value) Fact {
		attrs["fact"], attrs["name"], attrs["run"] = cty.StringVal("stage"), cty.StringVal(name), cty.StringVal("churn."+name)
		return Fact{Kind: "stage", Name: name, Value: cty.ObjectVal(attrs)}
	}
	return []Fact{
		stage("prepare", map[string]cty.Value{
			"deps": words("data/customers.csv"), "outs": files("train", "data/train.csv", "test", "data/test.csv"),
			"inputs": cty.TupleVal([]cty.Value{files("path", "data/customers.csv", "dataset", "customers")}),
		}),
		stage("train", map[string]cty.Value{
			"deps": words("data/train.csv"), "outs": files("model", "models/model.skops"),
			"params":    cty.ObjectVal(map[string]cty.Value{"seed": cty.NumberIntVal(42), "max_depth": cty.NumberIntVal(4)}),
			"resources": cty.ObjectVal(map[string]cty.Value{"cpu": cty.NumberIntVal(2), "memory": cty.StringVal("4Gi")}),
		}),
		stage("evaluate", map[string]cty.Value{
			"deps": words("models/model.skops", "data/test.csv"), "metrics": files("report", "reports/metrics.json"), "outs": files("emissions", "reports/emissions.csv"),
			"gates": cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
				"metric": cty.StringVal("roc_auc"), "min": cty.NumberFloatVal(0.75), "max": cty.NullVal(cty.Number), "split": cty.StringVal("test"),
			})}),
		}),
	}
}
