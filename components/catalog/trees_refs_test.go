package catalog_test

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	importLine = regexp.MustCompile(`(?m)^(?:from ([\w.]+) import (\([^)]*\)|[^\n]+)|import ([\w.]+)(?: as \w+)?)$`)
	wordInList = regexp.MustCompile(`\w+`)
)

// providers are the distributions that modules from elsewhere are in; more than one
// where another brings it along.
var providers = map[string][]string{
	"fastapi": {"fastapi"}, "httpx2": {"httpx2"}, "lightgbm": {"lightgbm"}, "mlflow": {"mlflow"}, "numpy": {"numpy", "pandas"},
	"pandas": {"pandas"}, "prometheus_client": {"prometheus-client"}, "pydantic": {"pydantic"}, "pytest": {"pytest"},
	"sklearn": {"scikit-learn"}, "skops": {"skops"}, "uvicorn": {"uvicorn"}, "xgboost": {"xgboost"},
}

// standard are the modules of Python itself that components use.
var standard = strings.Fields(`argparse collections csv dataclasses datetime enum importlib io json math os pathlib random re runpy
	subprocess sys time tomllib typing zipfile`)

// imports holds that what a module imports is a module of the project with that name
// in it, of Python, or of a package that pyproject.toml names: for the tests and for
// tools also in the group dev.
func imports(f *faults, py pyproject, made tree) {
	for name, text := range made {
		if path.Ext(name) != ".py" {
			continue
		}
		known := slices.Clone(py.Project.Dependencies)
		if !strings.HasPrefix(name, "src/") || strings.HasSuffix(name, "/tracking.py") {
			known = append(known, py.Groups["dev"]...)
		}
		for i, d := range known {
			known[i] = distribution(d)
		}
		for _, m := range importLine.FindAllStringSubmatch(text, -1) {
			module := m[1] + m[3]
			root, _, _ := strings.Cut(module, ".")
			switch {
			case root == "staying":
				for _, word := range wordInList.FindAllString(m[2], -1) {
					if !made.defines(module, word) {
						f.add("%s imports %s from %s, which has none", name, word, module)
					}
				}
			case slices.Contains(standard, root):
			case !slices.ContainsFunc(providers[root], func(d string) bool { return slices.Contains(known, d) }):
				f.add("%s imports %s, and no dependency brings it: %q", name, module, known)
			}
		}
	}
}

// defines reports whether a module of the package has a name: as a module in it, or at
// the beginning of a line.
func (made tree) defines(module, name string) bool {
	folder := strings.TrimSuffix(modulePath(module), ".py")
	text, ok := made[folder+".py"]
	if !ok {
		text = made[folder+"/__init__.py"]
	}
	_, file := made[folder+"/"+name+".py"]
	_, pkg := made[folder+"/"+name+"/__init__.py"]
	found := regexp.MustCompile(`(?m)^(?:def |class |from .*\b)?` + name + `\b|^    ` + name + `,$`).MatchString(text)
	return file || pkg || found
}

// dvcFile is dvc.yaml as far as it names files.
type dvcFile struct {
	Stages map[string]struct {
		Cmd  string
		Deps []string
		Outs []string
		// files of parameters with their keys, and metrics, are maps
		Params  []map[string][]string
		Metrics []map[string]any
	}
}

// pipeline holds that each dep of a stage is in the tree, is data, or is made by a
// stage; that nothing is made twice; and that git ignores what is made.
func pipeline(f *faults, made tree) {
	text, ok := made["dvc.yaml"]
	if !ok {
		return
	}
	var dvc dvcFile
	if err := yaml.Unmarshal([]byte(text), &dvc); err != nil || len(dvc.Stages) != 3 {
		f.add("dvc.yaml: %v: %v", err, dvc)
		return
	}
	outs := map[string]bool{"data/raw/people.csv": true}
	for _, s := range dvc.Stages {
		for _, out := range s.Outs {
			if outs[out] || !strings.Contains(made[".gitignore"], "\n/"+out+"\n") {
				f.add("%s is made twice, or not ignored", out)
			}
			outs[out] = true
		}
	}
	for name, s := range dvc.Stages {
		for _, dep := range s.Deps {
			if _, file := made[dep]; !file && !outs[dep] {
				f.add("the stage %s needs %s, which nothing makes", name, dep)
			}
		}
		for _, params := range s.Params {
			for file, keys := range params {
				for _, key := range keys {
					section, field, _ := strings.Cut(key, ".")
					if !strings.Contains(made[file], "["+section+"]") || !strings.Contains(made[file], "\n"+field+" = ") {
						f.add("the stage %s reads %s of %s, which has none", name, key, file)
					}
				}
			}
		}
	}
}

var (
	copies  = regexp.MustCompile(`(?m)^COPY ([^-\n].*) \S+$`)
	targets = regexp.MustCompile(`(?m)^FROM \S+ AS (\w+)$`)
	exposed = regexp.MustCompile(`(?m)^EXPOSE (\d+)$`)
)

// images holds that what the image copies is in the tree and let through to the
// engine, or is made before; that ports agree, and that the devcontainer's stage is there.
func images(f *faults, made tree) {
	text, ok := made["Dockerfile"]
	if !ok {
		return
	}
	later := []string{"uv.lock", "models/model.skops", "README.m*"}
	for _, m := range copies.FindAllStringSubmatch(text, -1) {
		for _, from := range strings.Fields(m[1]) {
			from = strings.TrimPrefix(from, "./")
			inside := slices.ContainsFunc(made.names(), func(n string) bool { return n == from || strings.HasPrefix(n, from+"/") })
			if !inside && !slices.Contains(later, from) {
				f.add("Dockerfile copies %s, which is not there", from)
			}
			if !strings.Contains(made[".dockerignore"], "\n!"+strings.Replace(from, ".m*", ".md", 1)+"\n") {
				f.add(".dockerignore keeps %s from the engine", from)
			}
		}
	}
	port := exposed.FindStringSubmatch(text)
	if port == nil || !strings.Contains(made["compose.yaml"], port[1]+":"+port[1]) {
		f.add("compose.yaml does not publish %v", port)
	}
	dev, ok := made[".devcontainer/devcontainer.json"]
	stage := slices.ContainsFunc(targets.FindAllStringSubmatch(text, -1), func(m []string) bool { return m[1] == "dev" })
	if ok != stage || ok && (!strings.Contains(dev, `"target": "dev"`) || !strings.Contains(dev, "["+port[1]+"]")) {
		f.add("the devcontainer and the Dockerfile disagree:\n%s", dev)
	}
}

var (
	runsModule = regexp.MustCompile(`python -m ([\w.]+)`)
	runsTask   = regexp.MustCompile(`poe ([a-z][\w-]*)`)
	runsTool   = regexp.MustCompile(`uv run --locked (\w[\w-]*)`)
	aModule    = regexp.MustCompile(`"-m", "([\w.]+)"`)
)

// brings are the distributions of tools that commands run.
var brings = map[string]string{"poe": "poethepoet", "pre-commit": "pre-commit"}

// commands holds that modules, tasks and tools that workflows, hooks, the pipeline, the
// image and the README run are there.
func commands(f *faults, py pyproject, made tree) {
	for name, text := range made {
		if strings.HasPrefix(name, "src/") || strings.HasPrefix(name, "tests/") || name == "pyproject.toml" || name == "LICENSE" {
			continue
		}
		for _, m := range append(runsModule.FindAllStringSubmatch(text, -1), aModule.FindAllStringSubmatch(text, -1)...) {
			folder := strings.TrimSuffix(modulePath(m[1]), ".py")
			if made[folder+".py"] == "" && made[folder+"/__main__.py"] == "" {
				f.add("%s runs the module %s, which is not there", name, m[1])
			}
		}
		for _, m := range runsTask.FindAllStringSubmatch(text, -1) {
			if py.Tool.Poe.Tasks[m[1]] == nil {
				f.add("%s runs the task %s, which is not there", name, m[1])
			}
		}
		for _, m := range runsTool.FindAllStringSubmatch(text, -1) {
			want := m[1]
			if d, ok := brings[want]; ok {
				want = d
			}
			dev := slices.ContainsFunc(py.Groups["dev"], func(d string) bool { return distribution(d) == want })
			if want != "python" && !dev && py.Project.Scripts[want] == "" {
				f.add("%s runs %s, which no dependency brings", name, m[1])
			}
		}
	}
}

var (
	linked = regexp.MustCompile(`\]\(([^)#:\s]+)\)`)
	anchor = regexp.MustCompile(`\]\(#([^)\s]+)\)`)
)

// links holds that a link inside the project leads to a file that is there.
func links(f *faults, made tree) {
	for name, text := range made {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			to := path.Join(path.Dir(name), m[1])
			if _, ok := made[to]; !ok && !slices.Contains([]string{"data/raw/people.csv", "models/model.skops", "reports/metrics.json"}, to) {
				f.add("%s links to %s, which is not there", name, m[1])
			}
		}
		for _, m := range anchor.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(text, " ", "-")), "#-"+m[1]) {
				f.add("%s links to the heading %s, which is not there", name, m[1])
			}
		}
	}
}
