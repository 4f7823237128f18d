package catalog_test

import (
	"fmt"
	"slices"
	"strings"
)

// factor is one choice of who describes a project: its levels change files.
type factor struct {
	name   string
	levels []string
}

// factors are the main choices over the built-in components. Levels are appended, not
// reordered: the table of trees names them.
var factors = []factor{
	{"learner", []string{"hist_gradient_boosting", "random_forest", "linear", "xgboost", "lightgbm"}},
	{"kind", []string{"binary_classification", "multiclass", "regression"}},
	{"python", []string{"all", "3.12", "unsaid"}},
	{"quality", []string{"mypy", "ty", "none"}},
	{"service", []string{"none", "api", "logged", "container", "nodev"}},
	{"monitor", []string{"no", "yes"}},
	{"dvc", []string{"yes", "no"}},
	{"mlflow", []string{"yes", "no"}},
	{"cards", []string{"yes", "no"}},
	{"license", []string{"Apache-2.0", "GPL-3.0-or-later", "unsaid"}},
	{"layout", []string{"uv_build", "hatchling", "nocli"}},
	{"readme", []string{"yes", "no"}},
	{"ci", []string{"yes", "fetch", "no"}},
	{"columns", []string{"plain", "wide"}},
}

// choice is a level of each factor, by the factor's place.
type choice []int

func (c choice) String() string {
	var out []string
	for i, f := range factors {
		out = append(out, f.name+"="+f.levels[c[i]])
	}
	return strings.Join(out, " ")
}

// at is the chosen level of a factor.
func (c choice) at(name string) string {
	i := slices.IndexFunc(factors, func(f factor) bool { return f.name == name })
	return factors[i].levels[c[i]]
}

// parseChoice reads what String wrote.
func parseChoice(line string) (choice, error) {
	words := strings.Fields(line)
	if len(words) != len(factors) {
		return nil, fmt.Errorf("%q has %d levels, and there are %d factors", line, len(words), len(factors))
	}
	var c choice
	for i, f := range factors {
		level, _ := strings.CutPrefix(words[i], f.name+"=")
		k := slices.Index(f.levels, level)
		if k < 0 {
			return nil, fmt.Errorf("%q: %s has no level %q", line, f.name, level)
		}
		c = append(c, k)
	}
	return c, nil
}

// pair is two levels of two factors.
type pair struct{ f, level, g, other int }

// uncovered are the pairs that no choice has, in order.
func uncovered(rows []choice) []pair {
	var out []pair
	for f := range factors {
		for g := f + 1; g < len(factors); g++ {
			for i := range factors[f].levels {
				for k := range factors[g].levels {
					if !slices.ContainsFunc(rows, func(c choice) bool { return c[f] == i && c[g] == k }) {
						out = append(out, pair{f, i, g, k})
					}
				}
			}
		}
	}
	return out
}

// cover appends choices until every pair of levels is in one: each begins with the
// first pair that is missing and takes, factor by factor, what covers the most.
func cover(rows []choice) []choice {
	for missing := uncovered(rows); len(missing) > 0; missing = uncovered(rows) {
		first := missing[0]
		row := make(choice, len(factors))
		set := make([]bool, len(factors))
		row[first.f], row[first.g] = first.level, first.other
		set[first.f], set[first.g] = true, true
		for f := range factors {
			if !set[f] {
				row[f], set[f] = best(missing, row, set, f), true
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// best is the level of a factor that covers the most missing pairs with those set.
func best(missing []pair, row choice, set []bool, f int) int {
	counts := make([]int, len(factors[f].levels))
	for _, p := range missing {
		if p.f == f && set[p.g] && row[p.g] == p.other {
			counts[p.level]++
		}
		if p.g == f && set[p.f] && row[p.f] == p.level {
			counts[p.other]++
		}
	}
	return slices.Index(counts, slices.Max(counts))
}

// spec is the mlops.hcl of a choice.
func (c choice) spec() string {
	var b strings.Builder
	fmt.Fprintf(&b, projectText, c.license(), c.pythons(), c.at("kind"), c.metric())
	fmt.Fprintf(&b, datasetText, c.columns())
	fmt.Fprintf(&b, stagesText, map[bool]string{true: "max_iter = 1000", false: "max_depth = 4"}[c.at("learner") == "linear"], c.gate())
	b.WriteString(c.components())
	return b.String()
}

func (c choice) license() string {
	if c.at("license") == "unsaid" {
		return ""
	}
	return fmt.Sprintf("license = %q", c.at("license"))
}

func (c choice) pythons() string {
	return map[string]string{
		"all": `python = ["3.11", "3.12", "3.13"]`, "3.12": `python = ["3.12"]`, "unsaid": "",
	}[c.at("python")]
}

func (c choice) metric() string {
	return map[string]string{"binary_classification": "roc_auc", "multiclass": "f1_macro", "regression": "rmse"}[c.at("kind")]
}

func (c choice) gate() string {
	return map[string]string{
		"binary_classification": "gate \"roc_auc\" { min = 0.75 }", "multiclass": "", "regression": "gate \"rmse\" { max = 40 }",
	}[c.at("kind")]
}

func (c choice) columns() string {
	out := map[string]string{
		"binary_classification": `result = { type = "bool", role = "target" }`,
		"multiclass":            `result = { type = "category", role = "target", values = ["low", "mid", "high"] }`,
		"regression":            `result = { type = "float", role = "target", min = 0, max = 100 }`,
	}[c.at("kind")]
	if c.at("columns") == "wide" {
		out += `
    day    = { type = "datetime" }
    remote = { type = "bool" }
    note   = { type = "text", nullable = true, role = "feature" }
    years  = { type = "int", min = 0, nullable = true, impute = "zero" }
    place  = { type = "category", values = ["Zürich", "São Paulo", "a \"b\""] }`
	}
	return out
}

func (c choice) components() string {
	var b strings.Builder
	use := func(name, inputs string) {
		fmt.Fprintf(&b, "component %q {\n  source = \"builtin/%s\"\n%s}\n", name, name, inputs)
	}
	yes := func(name string) bool { return c.at(name) == "yes" }
	use("python-package", map[string]string{
		"uv_build": "", "hatchling": "  inputs = { backend = \"hatchling\" }\n", "nocli": "  inputs = { cli = false }\n",
	}[c.at("layout")])
	use("repo-hygiene", "")
	use("data-contract", "")
	use("train-tabular", fmt.Sprintf("  inputs = { learner = %q }\n", c.at("learner")))
	if q := c.at("quality"); q != "none" {
		use("quality", fmt.Sprintf("  inputs = { type_checker = %q, hooks = %v }\n", q, q == "mypy"))
	}
	if yes("dvc") {
		use("pipeline-dvc", "  inputs = { code = component.train-tabular.code }\n")
	}
	if yes("mlflow") {
		use("tracking-mlflow", "")
	}
	b.WriteString(c.service(use))
	if yes("monitor") {
		use("monitor-drift", "")
	}
	if yes("cards") {
		use("docs-cards", "")
	}
	if ci := c.at("ci"); ci != "no" {
		use("github-actions", map[string]string{"yes": "", "fetch": "  inputs = { fetch = [\"./fetch.sh\"], plan = false }\n"}[ci])
	}
	if yes("readme") {
		b.WriteString("readme {\n  section \"title\" {}\n}\n")
	}
	return b.String()
}

// service are the service, what serves it and what watches it.
func (c choice) service(use func(name, inputs string)) string {
	level, watched := c.at("service"), ""
	if c.at("columns") == "wide" {
		watched = "columns = [\"age\", \"plan\", \"remote\", \"years\"]"
	}
	from := `current = "data/live/now.csv"`
	facts := ""
	if level != "none" {
		log := ""
		if level != "api" {
			log = `log = "logs/requests.jsonl"`
			from = "current = service.api.log\n  service = service.api"
		}
		facts = fmt.Sprintf("service \"api\" {\n  model = model.best\n  port = 8080\n  %s\n}\n", log)
		use("serve-fastapi", "")
	}
	if level == "container" || level == "nodev" {
		use("container", fmt.Sprintf("  inputs = { devcontainer = %v }\n", level == "container"))
	}
	if c.at("monitor") == "yes" {
		facts += fmt.Sprintf("monitor \"shift\" {\n  reference = dataset.people\n  %s\n  schedule = \"0 6 * * 1\"\n  %s\n}\n", from, watched)
	}
	return facts
}

const projectText = `project "who-stays" {
  title   = "Who stays"
  summary = "Says who stays."
  package = "staying"
  authors = [{ name = "Ada Byron", email = "ada@example.com" }]
  %s
  %s
  problem {
    kind   = %q
    target = dataset.people.columns.result
    metric = %q
  }
}
`

const datasetText = `dataset "people" {
  path  = "data/raw/people.csv"
  title = "People"
  columns = {
    id   = { type = "string", role = "id", unique = true, pii = true }
    age  = { type = "int", min = 18, max = 110, unit = "years" }
    plan = { type = "category", values = ["free", "pro"] }
    paid = { type = "float", min = 0, nullable = true, impute = "median" }
    %s
  }
}
`

const stagesText = `stage "prepare" {
  run    = "staying.pipeline.prepare"
  deps   = [dataset.people]
  outs   = { train = "data/prepared/train.csv", test = "data/prepared/test.csv" }
  params = { test_size = 0.2, seed = 42 }
}
stage "train" {
  run    = "staying.pipeline.train"
  deps   = [stage.prepare.outs.train]
  outs   = { model = "models/model.skops" }
  params = { %s }
}
stage "evaluate" {
  run     = "staying.pipeline.evaluate"
  deps    = [stage.train.outs.model, stage.prepare.outs.train, stage.prepare.outs.test]
  metrics = { report = "reports/metrics.json" }
  %s
}
model "best" {
  artifact = stage.train.outs.model
  inputs   = dataset.people
}
`
