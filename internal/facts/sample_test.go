package facts

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

// sample is a sound project with every kind of fact.
const sample = `
project "churn" {
  python = ["3.9", "3.11", "3.12"]
  problem {
    kind     = "binary_classification"
    target   = dataset.customers.columns.churned
    baseline = "majority_class"
    metrics  = { profit = "higher" }
  }
}
monitor "drift" {
  reference = stage.prepare.outs.train
  current   = service.api.log
  service   = service.api
  method    = "psi"
  on_breach = "retrain"
  schedule  = "*/15 6-18/2 * JAN,mar MON-FRI"
}
stage "evaluate" {
  run     = "churn.pipeline.evaluate"
  deps    = [stage.train.outs.model, stage.prepare.outs.test, "src/churn/evaluate.py"]
  metrics = { report = "reports/metrics.json" }
  gate "roc_auc" {
    min = 0.75
  }
  gate "log_loss" {
    max   = 0.6
    split = "validation"
  }
  gate "profit" {
    min = 1200
  }
  gate "latency_p95_ms" {
    max = 50
  }
}
stage "train" {
  command   = "python -m churn.train"
  deps      = [stage.prepare.outs.train]
  outs      = { model = "models/model.skops" }
  params    = { depth = 4, tags = null }
  resources = { gpu = 1, memory = "8Gi", cpu = 0.5 }
  environment = environment.gpu
}
stage "prepare" {
  run  = "churn.pipeline.prepare"
  deps = [dataset.customers]
  outs = { train = "data/prepared/train.parquet", test = "data/prepared/test.parquet" }
}
environment "gpu" {
  manager   = "uv"
  groups    = ["train", "dev-gpu"]
  index     = "https://download.pytorch.org/whl/cu126"
  variables = { MLFLOW_TRACKING_URI = "MLFLOW_URI" }
}
dataset "customers" {
  path     = "data/raw/customers.csv"
  homepage = "https://example.com/churn"
  columns = {
    customer_id   = { type = "string", role = "id", unique = true, pii = true }
    age           = { type = "int", min = 18, max = 110, unit = "years" }
    plan          = { type = "category", values = ["free", "pro", "team"] }
    spend         = { type = "float", min = 0, nullable = true, impute = "median", drift = 0.3 }
    "first visit" = { type = "datetime", role = "time" }
    embedding     = { type = "vector(384)" }
    code          = { type = "string", regex = "^(?=A)[A-Z]+$" }
    churned       = { type = "bool", role = "target" }
  }
  source "bundled" {
    generator = "synthetic_churn"
    rows      = 1000
    seed      = 7
  }
}
model "churn" {
  artifact = stage.train.outs.model
  inputs   = dataset.customers
  card {
    intended_use = "Rank accounts"
    risk_class   = "limited"
  }
}
service "api" {
  model = model.churn
  log   = "logs/requests.jsonl"
}
service "batch" {
  model     = model.churn
  port      = 8080
  endpoints = { score = "/v1/score/{id}" }
}
`

func TestSample(t *testing.T) {
	t.Parallel()
	set, diags := load(t, sample)
	diags = append(diags, Check(set, world("src/churn/evaluate.py", ""))...)
	if len(diags) > 0 {
		t.Fatal(told(sample, diags))
	}
	if diff := cmp.Diff([]string{"prepare", "train", "evaluate"}, Pipeline(set)); diff != "" {
		t.Error(diff)
	}
}

// TestValues looks up what references see.
func TestValues(t *testing.T) {
	t.Parallel()
	l := loadAll(t, sample)
	for _, c := range []struct{ ref, want string }{
		{`dataset.customers.fact`, `dataset`},
		{`dataset.customers.title`, `customers`},
		{`dataset.customers.license`, ``},
		{`dataset.customers.fields[*].name`, `customer_id age plan spend first visit embedding code churned`},
		{`dataset.customers.features`, `age plan spend embedding code`},
		{`dataset.customers.target`, `churned`},
		{`dataset.customers.pii`, `customer_id`},
		{`dataset.customers.source.type`, `bundled`},
		{`dataset.customers.source.url`, `null`},
		{`dataset.customers.columns.age.fact`, `column`},
		{`dataset.customers.columns.age.dataset`, `customers`},
		{`dataset.customers.columns.age.role`, `feature`},
		{`dataset.customers.columns.age.nullable`, `false`},
		{`dataset.customers.columns.age.regex`, `null`},
		{`dataset.customers.columns.embedding.base`, `vector`},
		{`dataset.customers.columns.embedding.size`, `384`},
		{`stage.prepare.outs.train`, `data/prepared/train.parquet`},
		{`stage.prepare.deps`, `data/raw/customers.csv`},
		{`stage.prepare.inputs[0].dataset`, `customers`},
		{`stage.evaluate.inputs[2].dataset`, `null`},
		{`stage.evaluate.gates[*].metric`, `roc_auc log_loss profit latency_p95_ms`},
		{`stage.evaluate.gates[*].split`, `test validation test test`},
		{`stage.evaluate.cache`, `true`},
		{`stage.evaluate.resources.gpu`, `null`},
		{`stage.evaluate.run`, `churn.pipeline.evaluate`},
		{`stage.evaluate.command`, `null`},
		{`stage.train.environment.index`, `https://download.pytorch.org/whl/cu126`},
		{`stage.train.params.depth`, `4`},
		{`model.churn.artifact`, `models/model.skops`},
		{`model.churn.format`, `skops`},
		{`model.churn.card.risk_class`, `limited`},
		{`model.churn.card.owner`, ``},
		{`service.api.port`, `8000`},
		{`service.api.inputs.name`, `customers`},
		{`service.api.endpoints.health`, `/healthz`},
		{`service.batch.log`, `null`},
		{`monitor.drift.reference`, `data/prepared/train.parquet`},
		{`monitor.drift.current`, `logs/requests.jsonl`},
		{`monitor.drift.dataset`, `customers`},
		{`monitor.drift.columns`, `age plan spend embedding code`},
		{`monitor.drift.threshold`, `0.2`},
		{`environment.gpu.deploy`, `none`},
		{`environment.gpu.approval`, `false`},
	} {
		if got := lookup(t, l, c.ref); got != c.want {
			t.Errorf("%s: %q, want %q", c.ref, got, c.want)
		}
	}
	p := l.values["problem"][""]
	for _, c := range [][2]string{{"metric", "roc_auc"}, {"better", "higher"}, {"positive", "true"}} {
		if got := text(p.GetAttr(c[0])); got != c[1] {
			t.Errorf("problem.%s: %q, want %q", c[0], got, c[1])
		}
	}
	if name := text(p.GetAttr("target").GetAttr("name")); name != "churned" {
		t.Error(name)
	}
}

// TestOrderUnknown: columns that no literal orders stand by name, behind those it does.
func TestOrderUnknown(t *testing.T) {
	t.Parallel()
	col := cty.ObjectVal(columnNulls("int"))
	g := Given{Kind: "dataset", Name: "d", Attrs: map[string]cty.Value{
		"path": cty.StringVal("d.csv"), "columns": cty.MapVal(map[string]cty.Value{"b": col, "c": col, "a": col}),
	}, Order: map[string][]string{"columns": {"c", "gone", "c"}}}
	v, diags := Value(g)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var got []string
	for _, name := range items(v.GetAttr("features")) {
		got = append(got, text(name))
	}
	if !slices.Equal(got, []string{"c", "a", "b"}) {
		t.Error(got)
	}
}

func columnNulls(ty string) map[string]cty.Value {
	attrs := map[string]cty.Value{}
	for name, t := range columnAttrs() {
		attrs[name] = cty.NullVal(t)
	}
	attrs["type"] = cty.StringVal(ty)
	return attrs
}
