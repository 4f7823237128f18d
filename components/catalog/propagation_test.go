package catalog_test

import (
	"slices"
	"strings"
	"testing"
)

// fullSpec is a project with every kind of fact and every built-in component. Each
// value that a test changes is written once and occurs nowhere else by chance.
const fullSpec = `
project "churn-model" {
  title      = "Customer churn"
  summary    = "Who leaves in the next month."
  package    = "churnpkg"
  license    = "Apache-2.0"
  python     = ["3.11", "3.12"]
  authors    = [{ name = "Ada Byron", email = "ada@example.com" }]
  repository = "https://git.example.com/ada/churn"
  problem {
    kind     = "binary_classification"
    target   = dataset.customers.columns.churned
    baseline = "majority_class"
    metric   = "roc_auc"
  }
}
dataset "customers" {
  path = stage.gatherraw.outs.raw
  title = "Customers"
  license = "CC0-1.0"
  source "bundled" {
    rows = 1000
    seed = 7
  }
  columns = {
    customer_id = { type = "string", role = "id", unique = true, pii = true }
    age         = { type = "int", min = 18, max = 110, unit = "years" }
    plan        = { type = "category", values = ["free", "pro", "team"] }
    spend       = { type = "float", min = 0, nullable = true, impute = "median" }
    churned     = { type = "bool", role = "target" }
  }
}
stage "gatherraw" {
  run  = "churnpkg.sample"
  outs = { raw = "data/raw/customers.csv" }
}
stage "splitrows" {
  run    = "churnpkg.pipeline.prepare"
  deps   = [dataset.customers]
  outs   = { train = "data/prepared/train.csv", test = "data/prepared/test.csv" }
  params = { test_size = 0.2, seed = 42 }
}
stage "train" {
  run    = "churnpkg.pipeline.train"
  deps   = [stage.splitrows.outs.train]
  outs   = { model = "models/model.skops" }
  params = { seed = 42, max_depth = 4 }
}
stage "evaluate" {
  run     = "churnpkg.pipeline.evaluate"
  deps    = [stage.train.outs.model, stage.splitrows.outs.train, stage.splitrows.outs.test]
  metrics = { report = "reports/metrics.json" }
  gate "roc_auc" { min = 0.75 }
}

model "churn" {
  artifact = stage.train.outs.model
  inputs   = dataset.customers
  card {
    intended_use = "Ranking accounts for calls."
    owner        = "Team Keep"
    risk_class   = "limited"
  }
}
service "api" {
  model = model.churn
  port  = 8080
  log   = "logs/requests.jsonl"
  endpoints = { predict = "/predict", health = "/healthz", metrics = "/metrics" }
}
monitor "shift" {
  reference = stage.splitrows.outs.train
  current   = service.api.log
  service   = service.api
  threshold = 0.35
  schedule  = "17 6 * * 1"
  on_breach = "retrain"
}

component "package" {
  source = "builtin/python-package"
}

component "quality" {
  source = "builtin/quality"
}

component "ci" {
  source = "builtin/github-actions"
  inputs = { fetch = ["uv run --locked dvc pull"] }
}

component "hygiene" {
  source = "builtin/repo-hygiene"
  inputs = { owners = { "*" = ["@acme/ml"] } }
}

component "contract" {
  source = "builtin/data-contract"
}

component "training" {
  source = "builtin/train-tabular"
  inputs = { stages = { prepare = "splitrows" } }
}

component "pipeline" {
  source = "builtin/pipeline-dvc"
  inputs = { code = merge({ gatherraw = component.contract.code }, component.training.code) }
}

component "serve" {
  source = "builtin/serve-fastapi"
}

component "container" {
  source = "builtin/container"
}

component "tracking" {
  source = "builtin/tracking-mlflow"
}

component "monitoring" {
  source = "builtin/monitor-drift"
}

component "cards" {
  source = "builtin/docs-cards"
}

component "versions" {
  source = "builtin/versions"
}

component "commands" {
  source = "builtin/commands"
}

readme {
  section "title" {}
}
`

// TestPropagation holds, for each fact that a component reads, that a change
// reaches exactly its consumers, that each says why, and that the old value is
// nowhere left in what is managed.
func TestPropagation(t *testing.T) {
	t.Parallel()
	was := load(t, fullSpec)
	reached := map[string]bool{}
	for _, c := range propagation {
		if strings.Count(fullSpec, c.old) == 0 {
			t.Fatalf("%s: the project does not hold %s", c.fact, c.old)
		}
		is := load(t, strings.ReplaceAll(fullSpec, c.old, c.now))
		changed := differing(was, is)
		for _, address := range changed {
			o, ok := is.by()[address]
			if !ok && owner(is, address) == "" {
				continue // it went with its component
			}
			if !ok {
				o = was.by()[address]
			}
			if !slices.ContainsFunc(strings.Fields(c.fact), o.reads) && address != "readme" {
				t.Errorf("%s: %s changed and its inputs do not name it: %v", c.fact, address, o.inputs)
			}
			for _, fact := range strings.Fields(c.fact) {
				reached[fact+" "+owner(was, address)] = true
			}
		}
		if want := strings.Fields(c.consumers); !slices.Equal(changed, want) {
			t.Errorf("%s %q -> changed\n%s\nwant\n%s", c.fact, c.old, strings.Join(changed, "\n"), strings.Join(want, "\n"))
		}
		for _, o := range is.objects {
			for _, gone := range c.gone {
				if strings.Contains(o.text, gone) || strings.Contains(o.path, gone) {
					t.Errorf("%s: %s still holds %s", c.fact, o.path, gone)
				}
			}
		}
	}
	for _, c := range was.Components {
		for _, fact := range c.Manifest.Reads {
			if slices.Contains([]string{"versions", "commands"}, c.Manifest.Name) {
				continue // no objects: what uses them reads it
			}
			if !reached[fact+" "+c.Manifest.Name] {
				t.Errorf("no change of %s in this test reaches %s, which reads it", fact, c.Source)
			}
		}
	}
}

// differing are the addresses of what is not the same in both, without the README.
func differing(was, is project) []string {
	old, now := was.by(), is.by()
	var out []string
	for address, o := range old {
		if n, ok := now[address]; !ok || n.path != o.path || n.text != o.text {
			out = append(out, address)
		}
	}
	for address := range now {
		if _, ok := old[address]; !ok {
			out = append(out, address)
		}
	}
	slices.Sort(out)
	return out
}

// owner is the component that an object is from.
func owner(p project, address string) string {
	for _, c := range p.Components {
		if strings.HasPrefix(address, c.Address+".") {
			return c.Manifest.Name
		}
	}
	return ""
}
