package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// shownIn says where the tests show each difference that cookiecutter.md lists: a file
// of the repository, and a text in it.
var shownIn = map[string][2]string{
	// Where Cookiecutter does harm, by the first cell.
	"a name that renders to an absolute path, or to one with `..`":             {"cmd/testdata/script/component_bad_template.txtar", "leads out of the project"},
	"a nested template's path that leads out of the template":                  {"internal/cookiecutter/testdata/templates", "is not a path inside the template"},
	"two files that render to one path":                                        {"cmd/testdata/script/component_bad_template.txtar", "one of them would be lost"},
	"a file that renders to the name of a folder":                              {"internal/cookiecutter/testdata/templates", "it would be lost"},
	"a folder of `_copy_without_render` that renders to a folder already made": {"internal/cookiecutter/shown_test.go", "which would replace the project itself"},
	"an error in the middle":                                                   {"cmd/testdata/script/component_bad_template.txtar", "! exists a.txt ok.txt .git .mlops"},
	"a symbolic link that leads out of the template":                           {"cmd/testdata/script/component_links.txtar", "leads out of the template, to /etc/hostname"},
	"a template that renders without end, or to gigabytes":                     {"cmd/testdata/script/component_bad_template.txtar", "LimitError: limit of 10000000 steps exceeded"},
	"many files of which none takes long":                                      {"internal/cookiecutter/work_test.go", "TestManySmallBombs"},
	"hooks":                                                                    {"cmd/testdata/script/component_cookiecutter.txtar", "hooks/post_gen_project.py"},
	"Jinja that reaches into Python":                                           {"internal/jinja/known_test.go", "SecurityError"},
	"several folders that could be the root":                                   {"internal/cookiecutter", "NoteRoot"},
	// What differs, by the words in bold.
	"Extensions in Python":                        {"cmd/testdata/script/component_bad_template.txtar", "the extension own.Ext is Python code"},
	"Text in another encoding":                    {"cmd/testdata/script/component_bad_template.txtar", "the text is not UTF-8"},
	"Random values":                               {"cmd/testdata/script/component_cookiecutter.txtar", "cmp id.txt id.before"},
	"A choice may be given rendered":              {"internal/cookiecutter", "License"},
	"`slugify`":                                   {"internal/cookiecutter", "regex_pattern"},
	"`now`":                                       {"internal/cookiecutter", "Europe/"},
	"Printing `cookiecutter` as a whole":          {"internal/cookiecutter/shown_test.go", "OrderedDict({"},
	"Equality of objects":                         {"internal/cookiecutter/shown_test.go", "equality"},
	"Symbolic links of a template in the project": {"cmd/testdata/script/component_links.txtar", "is left out: a template in the project"},
	"Git LFS":                                     {"internal/gitfetch/fetch_test.go", "Git LFS keeps its content elsewhere"},
	"A password for a zip archive":                {"cmd/testdata/script/component_zip.txtar", "mlops asks for no passwords"},
	"Mercurial":                                   {"components/recorded_test.go", "hg+https"},
	"`_template`":                                 {"internal/cookiecutter", "_template"},
}

// TestDifferencesAreShown holds that each difference that cookiecutter.md lists has a
// test.
func TestDifferencesAreShown(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("cookiecutter.md")
	if err != nil {
		t.Fatal(err)
	}
	_, harm, _ := strings.Cut(string(page), "| --- | --- | --- |\n")
	harm, _, _ = strings.Cut(harm, "\n\n")
	var listed []string
	for row := range strings.SplitSeq(harm, "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		listed = append(listed, cell)
	}
	_, differs, _ := strings.Cut(string(page), "## What differs")
	differs, _, _ = strings.Cut(differs, "\n## ")
	for _, m := range regexp.MustCompile(`(?m)^- \*\*(.+?)\*\*`).FindAllStringSubmatch(differs, -1) {
		listed = append(listed, m[1])
	}
	if len(listed) < 20 {
		t.Fatalf("only %d differences were read", len(listed))
	}
	for _, name := range listed {
		at, known := shownIn[name]
		switch {
		case !known:
			t.Errorf("%s: no test is named for it", name)
		case at[0] != "" && !holds(t, "../"+at[0], at[1]):
			t.Errorf("%s: %s has no %q", name, at[0], at[1])
		}
	}
}

// holds looks for a text in a file, or in the tests of a folder.
func holds(t *testing.T, name, text string) bool {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if !info.IsDir() {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), text)
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		test := strings.HasSuffix(e.Name(), "_test.go") || strings.HasSuffix(e.Name(), ".txtar") || e.Name() == "testdata" || e.Name() == "templates"
		if test && holds(t, name+"/"+e.Name(), text) {
			return true
		}
	}
	return false
}
