package catalog_test

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
)

// sound holds a tree to everything that can be seen without the tools it is made for:
// each file is what its name says, and whatever one file names is there.
func sound(made tree) []string {
	f := &faults{}
	for name, text := range made {
		soundText(f, name, text)
		parses(f, name, text)
	}
	var py pyproject
	if err := toml.Unmarshal([]byte(made["pyproject.toml"]), &py); err != nil {
		f.add("pyproject.toml: %v", err)
	}
	headed(f, made)
	py.sound(f, made)
	imports(f, py, made)
	pipeline(f, made)
	images(f, made)
	commands(f, py, made)
	links(f, made)
	slices.Sort(f.found)
	return f.found
}

// faults are what is wrong with a tree.
type faults struct{ found []string }

func (f *faults) add(format string, args ...any) {
	f.found = append(f.found, fmt.Sprintf(format, args...))
}

// soundText holds that text ends in one line end, has no blanks at ends of lines and
// no rest of a template.
func soundText(f *faults, name, text string) {
	if text != "" && (!strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n")) {
		f.add("%s does not end in one line end", name)
	}
	braces := strings.HasPrefix(name, ".github/") || strings.HasPrefix(name, "monitoring/") || path.Ext(name) == ".py"
	for i, line := range strings.Split(text, "\n") {
		rest := strings.Contains(line, "%{") || strings.Contains(strings.NewReplacer("${{ ", "", `"${source}"`, "").Replace(line), "${") ||
			strings.Contains(line, "{{") && !braces || strings.Contains(line, "null,") && path.Ext(name) == ".py"
		if rest || line != strings.TrimRight(line, " \t\r") || strings.Contains(line, "\t") {
			f.add("%s:%d: %q", name, i+1, line)
		}
		if path.Ext(name) == ".py" && len([]rune(line)) > 100 && !strings.HasPrefix(line, "# ") {
			f.add("%s:%d: longer than the formatter allows: %s", name, i+1, line)
		}
	}
	if path.Ext(name) == ".py" {
		balanced(f, name, text)
	}
}

// strings and comments of Python, longest first.
var pyQuoted = regexp.MustCompile(`(?s)""".*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*`)

// balanced holds that each bracket of Python code is closed by its own kind, and that
// code is indented by fours.
func balanced(f *faults, name, text string) {
	var open []rune
	code := pyQuoted.ReplaceAllString(text, "")
	for _, r := range code {
		switch i := strings.IndexRune(")]}", r); {
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case i >= 0 && (len(open) == 0 || open[len(open)-1] != rune("([{"[i])):
			f.add("%s: %c closes nothing", name, r)
			return
		case i >= 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || strings.ContainsAny(code, "\"'`$") {
		f.add("%s: a bracket or a quote is not closed", name)
	}
	for line := range strings.SplitSeq(code, "\n") {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); indent%4 != 0 && strings.TrimSpace(line) != "" {
			f.add("%s: indented by %d: %q", name, indent, line)
		}
	}
}

// parses holds that a file of data can be read as what its name says.
func parses(f *faults, name, text string) {
	var err error
	var into any
	switch path.Ext(name) {
	case ".yml", ".yaml":
		err = yaml.Unmarshal([]byte(text), &into)
	case ".toml":
		err = toml.Unmarshal([]byte(text), &into)
	case ".json":
		if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "// ") {
			text = rest // devcontainer.json is JSON with comments
		}
		err = json.Unmarshal([]byte(text), &into)
	default:
		return
	}
	if err != nil || into == nil {
		f.add("%s: %v\n%s", name, err, text)
	}
}

var headerLine = regexp.MustCompile(`(Written by|From) mlops \(builtin/[a-z-]+\): `)

// mixed are files whose text is not ours alone: the user's, with keys or blocks.
var mixed = []string{"pyproject.toml", ".gitignore", ".gitattributes", "README.md"}

// headed holds that a file says whose it is in its first line, where its format has
// comments and the file is not the user's with parts of ours.
func headed(f *faults, made tree) {
	for name, text := range made {
		first, _, _ := strings.Cut(text, "\n")
		if headless(name) && name != ".devcontainer/devcontainer.json" || slices.Contains(mixed, name) {
			continue
		}
		if !headerLine.MatchString(first) {
			f.add("%s begins with %q", name, first)
		}
	}
	if !strings.Contains(made["pyproject.toml"], "# This file is yours.") {
		f.add("pyproject.toml does not say whose it is")
	}
}

// pyproject is what the tests look at.
type pyproject struct {
	Project struct {
		Readme       string
		Requires     string `toml:"requires-python"`
		Classifiers  []string
		Dependencies []string
		Scripts      map[string]string
	}
	Groups map[string][]string `toml:"dependency-groups"`
	Tool   struct {
		Poe struct{ Tasks map[string]any }
	}
}

func (py *pyproject) sound(f *faults, made tree) {
	if _, ok := made[py.Project.Readme]; !ok && py.Project.Readme != "" {
		f.add("pyproject.toml names the readme %s, which is not there", py.Project.Readme)
	}
	if (py.Project.Readme == "") != (made["README.md"] == "") {
		f.add("pyproject.toml has readme = %q, and README.md has %d bytes", py.Project.Readme, len(made["README.md"]))
	}
	for name, entry := range py.Project.Scripts {
		module, function, _ := strings.Cut(entry, ":")
		if !strings.Contains(made[modulePath(module)], "def "+function+"(") {
			f.add("the command %s is %s, which is not there", name, entry)
		}
	}
	oldest := strings.TrimPrefix(py.Project.Requires, ">=")
	if strings.TrimSpace(made[".python-version"]) != oldest || !slices.Contains(py.Project.Classifiers, "Programming Language :: Python :: "+oldest) {
		f.add("requires-python is %s, .python-version %s, classifiers %q", py.Project.Requires, made[".python-version"], py.Project.Classifiers)
	}
	for _, list := range append([][]string{py.Project.Dependencies}, py.Groups["dev"]) {
		var names []string
		for _, d := range list {
			names = append(names, distribution(d))
		}
		if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) {
			f.add("pyproject.toml names a package twice: %q", list)
		}
	}
}

// distribution is the name in a requirement.
func distribution(requirement string) string {
	return strings.FieldsFunc(requirement, func(r rune) bool { return strings.ContainsRune("<>=!~ [;", r) })[0]
}

// modulePath is the file of a module of the package.
func modulePath(module string) string {
	return "src/" + strings.ReplaceAll(module, ".", "/") + ".py"
}
