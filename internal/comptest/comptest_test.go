package comptest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// part is a component with what a case may meet: an input, a fact, a warning, a part
// inside of it and a neighbour.
func part() fstest.MapFS {
	return fstest.MapFS{
		"parts/ci/component.hcl": {Data: []byte(`component "ci" {
  version = "1.0.0"
  reads   = ["project.title"]
}
variable "name" {
  type = string
  validation {
    condition     = length(var.name) > 1
    error_message = "Give a longer name."
  }
}
file "run.sh" {
  template = "run.sh.tmpl"
  mode     = "0755"
}
file_block "ignore" {
  path    = ".gitignore"
  content = "${var.name}.log\n"
}
component "inner" {
  source = "./inner"
}
component "beside" {
  source = "../beside"
}
`)},
		"parts/ci/run.sh.tmpl":         {Data: []byte("echo ${var.name} of ${project.title}")},
		"parts/ci/inner/component.hcl": {Data: []byte("component \"inner\" {\n  version = \"1.0.0\"\n}\nfile \"inner.bin\" {\n  source = \"inner.bin\"\n}\n")},
		"parts/ci/inner/inner.bin":     {Data: []byte("a\x00b")},
		"parts/beside/component.hcl":   {Data: []byte("component \"beside\" {\n  version = \"1.0.0\"\n}\nfile \"beside.txt\" {\n  content = \"-- x --\\n\"\n}\n")},
	}
}

// run evaluates one case of the component parts/ci.
func run(t *testing.T, files fstest.MapFS, text string) (*Result, error) {
	t.Helper()
	files["parts/ci/tests/x.txtar"] = &fstest.MapFile{Data: []byte(text)}
	sub, err := files.Sub("parts/ci")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := Cases(sub, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	if len(cases) != 1 {
		t.Fatalf("%d cases", len(cases))
	}
	s := &Suite{FS: files, Dir: "parts/ci", Builtin: fstest.MapFS{}, Version: "0.1.0"}
	return s.Run(cases[0]), nil
}

const project = "-- mlops.hcl --\nproject \"demo\" {\n  title = \"Demo\"\n}\ncomponent \"ci\" {\n  source = \"..\"\n  inputs = { name = \"train\" }\n}\n"

const passing = "what it shows\n" + project + `-- .gitignore --
mine
-- expected/.gitignore --
mine
# >>> mlops component.ci.file_block.ignore
train.log
# <<< mlops component.ci.file_block.ignore
-- expected/beside.txt (quoted) --
>-- x --
-- expected/inner.bin (digest) --
9fdd52cad4ab9b1f8a51e1e0ba7ae49d1cd54ad3c4ad10fe70aaeb5c0b6bb4a4
-- expected/run.sh (0755, no final newline) --
echo train of Demo
`

// TestRun holds each outcome of a case: the words that are told, and the paths that
// differ.
func TestRun(t *testing.T) {
	t.Parallel()
	digest := updated(t, passing) // the true digest of inner.bin
	for name, row := range map[string]struct {
		text, status, diffs, told string
	}{
		"all as expected": {digest, Passed, "", ""},
		"one line differs": {
			strings.Replace(digest, "echo train", "echo eval", 1), Failed, "expected/run.sh", "",
		},
		"a mode differs": {
			strings.Replace(digest, "(0755, ", "(", 1), Failed, "expected/run.sh", "",
		},
		"a binary differs": {passing, Failed, "expected/inner.bin", ""},
		"a file too many is expected": {
			digest + "-- expected/more --\nx\n", Failed, "expected/more", "",
		},
		"a rule is broken": {
			strings.Replace(project, `"train"`, `"t"`, 1), Failed, "", "Give a longer name",
		},
		"a rule is broken as expected": {
			strings.Replace(project, `"train"`, `"t"`, 1) + "-- refused --\nError: Invalid value for variable\n  at mlops.hcl:6:21\n  The value of the input \"name\" of component.ci was refused: Give a longer name. (The rule stands at ./component.hcl:8.)\n", Passed, "", "",
		},
		"refused for another reason": {
			strings.Replace(project, `"train"`, `1`, 1) + "-- refused --\nother\n", Failed, "refused", "",
		},
		"not refused": {project + "-- refused --\n", Failed, "", "The case says that its project is refused"},
		"a file is in the way": {
			digest + "-- run.sh --\nmine\n", Failed, "", "run.sh",
		},
		"another component": {
			"-- mlops.hcl --\nproject \"demo\" {}\ncomponent \"b\" {\n  source = \"../../beside\"\n}\n", Failed, "", "does not use the component under test",
		},
		"from git": {
			strings.Replace(project, `".."`, `"gh:a/b"`, 1), Failed, "", "comes from git",
		},
		"out of the folder": {
			strings.Replace(project, `".."`, `"../../../../x"`, 1), Failed, "", "leads out of the folder",
		},
		"no such folder": {
			strings.Replace(project, `".."`, `"../nope"`, 1), Failed, "", "A component is a folder with component.hcl",
		},
		"a fact that nobody reads": {
			strings.Replace(digest, "component \"ci\"", "dataset \"d\" {\n  path = \"d.csv\"\n}\ncomponent \"ci\"", 1), Failed, "warnings", "",
		},
		"a failed check": {
			strings.Replace(digest, "component \"ci\"", "check \"c\" {\n  severity = \"error\"\n  assert {\n    condition     = fileexists(\"nope\")\n    error_message = \"There is no nope.\"\n  }\n}\ncomponent \"ci\"", 1), Failed, "", "There is no nope",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t, part(), row.text)
			if err != nil {
				t.Fatal(err)
			}
			var diffs []string
			for _, d := range r.Diffs {
				diffs = append(diffs, d.Path)
			}
			if r.Status != row.status || strings.Join(diffs, " ") != row.diffs {
				t.Errorf("status %s, diffs %v: %v", r.Status, r.Diffs, r.Diagnostics)
			}
			if told := r.Diagnostics.Error(); row.told != "" && !strings.Contains(told, row.told) || row.told == "" && r.Diagnostics.HasErrors() {
				t.Errorf("told %q, want %q", told, row.told)
			}
		})
	}
}

// updated is a case as it would be right.
func updated(t *testing.T, text string) string {
	t.Helper()
	r, err := run(t, part(), text)
	if err != nil {
		t.Fatal(err)
	}
	if r.Updated == nil {
		t.Fatalf("nothing to update: %v", r.Diagnostics)
	}
	return string(r.Updated)
}

// TestUpdated holds that an updated case passes and keeps what its author wrote.
func TestUpdated(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		project,
		"why\n" + project + "-- .gitignore (no final newline) --\nmine\n",
		strings.Replace(project, `"train"`, `"t"`, 1) + "-- refused --\n",
		strings.Replace(project, "component", "dataset \"d\" {\n  path = \"d.csv\"\n}\ncomponent", 1),
	} {
		next := updated(t, text)
		if kept := strings.TrimSuffix(text, "-- refused --\n"); !strings.HasPrefix(next, kept) {
			t.Errorf("the update changed what was given:\n%s", next)
		}
		r, err := run(t, part(), next)
		if err != nil || r.Status != Passed || r.Updated != nil {
			t.Errorf("an updated case does not pass: %v %v %v", err, r.Diffs, r.Diagnostics)
		}
	}
	r, err := run(t, part(), strings.Replace(project, `"train"`, `"t"`, 1))
	if err != nil || r.Updated != nil {
		t.Errorf("a refusal that nobody asked for became the expectation: %v", err)
	}
}

// TestRefusedCases holds the faults of the files of cases.
func TestRefusedCases(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "tests/x.txtar: has no mlops.hcl",
		"-- a --\nx\n":                       "tests/x.txtar: has no mlops.hcl",
		project + "-- ../a --\nx\n":          "tests/x.txtar:9: ../a: is no clean relative path",
		project + "-- expected/../a --\nx\n": "tests/x.txtar:9: ../a: is no clean relative path",
		project + "-- expected/ --\nx\n":     "is no clean relative path",
		project + "-- a --\nx\n-- a --\ny\n": "tests/x.txtar:11: a: stands twice",
		project + "-- expected/a --\n-- expected/a/b --\n":       "tests/x.txtar:10: a/b: lies below a, which is a file",
		project + "-- refused --\n-- expected/a --\n":            "tests/x.txtar:9: a case is refused or has expected files, not both",
		project + "-- refused --\n-- refused --\n":               "tests/x.txtar:10: refused: stands twice",
		project + "-- expected/a (0777) --\n":                    `tests/x.txtar:9: there is no attribute "0777"`,
		project + "-- expected/a (digest) --\nabc\n":             "tests/x.txtar:9: the digest is no SHA-256 in hex",
		project + "-- a (digest) --\n" + strings.Repeat("0", 64): "tests/x.txtar:9: a file of the project has to be text",
		project + "-- a --\n\x00":                                "tests/x.txtar:9: a file of the project has to be text",
		project + "-- a (quoted) --\nx\n":                        "tests/x.txtar:9: a line of the quoted file does not begin with >",
		project + "-- \"a --\nx\n":                               "tests/x.txtar:9: the name has a quote that is not closed",
		project + "-- \"a\" b --\nx\n":                           "tests/x.txtar:9: b follows the name",
		project + "-- \"a\" 0755) --\nx\n":                       "tests/x.txtar:9: 0755) follows the name",
	} {
		if _, err := run(t, part(), text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestNoTests holds that a component without cases is no fault here.
func TestNoTests(t *testing.T) {
	t.Parallel()
	if cases, err := Cases(fstest.MapFS{"component.hcl": {}}, func(string) bool { return true }); err != nil || len(cases) != 0 {
		t.Errorf("%v, %v", cases, err)
	}
}

// FuzzCase holds that any case gets an answer, and that an updated one passes.
func FuzzCase(f *testing.F) {
	for _, text := range []string{
		passing, project, project + "-- refused --\n", "-- mlops.hcl.json --\n{\"project\": {\"x\": {}}, \"component\": {\"c\": {\"source\": \"..\"}}}\n-- refused --\n",
		project + "-- mlops.vars.hcl --\nx = 1\n-- refused --\n-- a b (no final newline) --\n\r\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := run(t, part(), text)
		if err != nil || r.Updated == nil {
			return
		}
		again, err := run(t, part(), string(r.Updated))
		if err != nil || again.Status != Passed {
			t.Fatalf("%q was updated to %q: %v %+v", text, r.Updated, err, again)
		}
	})
}
