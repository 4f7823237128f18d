package planner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

const factSpec = `
project "churn" {
  package = "churn"
  problem {
    kind     = "binary_classification"
    target   = dataset.customers.columns.churned
    baseline = "majority_class"
  }
}
dataset "customers" {
  path = "data/raw.csv"
  columns = {
    age     = { type = "int", max = 110 }
    churned = { type = "bool", role = "target" }
  }
}
stage "train" {
  run  = "churn.train"
  deps = [dataset.customers]
  outs = { model = "models/model.skops" }
}
model "churn" {
  artifact = stage.train.outs.model
  card { risk_class = "limited" }
}
service "api" {
  model = model.churn
  port  = 8080
  log   = "logs/requests.jsonl"
}
environment "prod" {
  namespace = "ml-prod"
}
monitor "drift" {
  reference = dataset.customers
  current   = service.api.log
  method    = "psi"
  threshold = 0.25
}
file "dataset" { content = "${dataset.customers.path} ${dataset.customers.columns.age.max}" }
file "stage" { content = "${stage.train.run} ${join(" ", stage.train.deps)}" }
file "model" { content = "${model.churn.artifact} ${model.churn.card.risk_class}" }
file "service" { content = "${service.api.port} ${service.api.model.artifact}" }
file "environment" { content = environment.prod.namespace }
file "monitor" { content = "${monitor.drift.threshold}" }
file "problem" { content = project.problem.baseline }
file "template" { template = "all.tmpl" }
file "nothing" { content = "constant" }
`

// TestPropagation holds, for each kind of fact, that a change reaches exactly the
// files that read it, that nothing keeps the old value, and that each says why.
func TestPropagation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, now, because, readers string }{
		{"data/raw.csv", "data/other.csv", "dataset.customers", "dataset stage template"},
		{"110", "99", "dataset.customers", "dataset"},
		{"churn.train", "churn.fit", "stage.train", "stage"},
		{"models/model.skops", "models/best.onnx", "stage.train", "model service"},
		{"limited", "minimal", "model.churn", "model"},
		{"8080", "9090", "service.api", "service template"},
		{"ml-prod", "ml-live", "environment.prod", "environment"},
		{"0.25", "0.5", "monitor.drift", "monitor"},
		{"majority_class", "previous_model", "project.problem", "problem"},
	} {
		t.Run(c.old, func(t *testing.T) {
			t.Parallel()
			was, is := wanted(t, factSpec), wanted(t, strings.ReplaceAll(factSpec, c.old, c.now))
			var changed []string
			for i := range was {
				if strings.Contains(string(is[i].Content), c.old) {
					t.Errorf("%s still holds %s: %s", is[i].Path, c.old, is[i].Content)
				}
				if was[i].Rendered == is[i].Rendered {
					continue
				}
				changed = append(changed, string(is[i].Path))
				if digestOf(was[i], c.because) == digestOf(is[i], c.because) {
					t.Errorf("%s changed and its inputs do not say that %s did: %v", is[i].Path, c.because, is[i].Inputs)
				}
			}
			if got := strings.Join(changed, " "); got != c.readers {
				t.Errorf("changed: %s, want %s", got, c.readers)
			}
		})
	}
}

func wanted(t *testing.T, spec string) []planner.Entry {
	t.Helper()
	p, diags := hclspec.Load(hclspec.Params{
		Spec:     []hclspec.Source{{Name: "mlops.hcl", Src: []byte(spec)}},
		FS:       fstest.MapFS{"all.tmpl": {Data: []byte("${dataset.customers.path} ${service.api.port} ${join(\",\", project.pipeline)}\n")}},
		Sections: readme.Kinds(), Version: "0.1.0",
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	tree, diags := planner.Desired(p)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return tree.Entries
}

func digestOf(e planner.Entry, name string) string {
	i := slices.IndexFunc(e.Inputs, func(in lockfile.Input) bool { return in.Name == name })
	if i < 0 {
		return fmt.Sprintf("%s: no %s", e.Path, name)
	}
	return e.Inputs[i].Digest
}
