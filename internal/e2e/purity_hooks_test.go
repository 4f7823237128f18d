package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestPurityOfHooks watches plans of a template with a hook: before it was run, and
// after, when the plan makes what it did.
func TestPurityOfHooks(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"strace", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not here")
		}
	}
	w := &world{t: t, dir: t.TempDir(), bin: binary(t)}
	for _, dir := range []string{"tpl/hooks", "tpl/{{cookiecutter.name}}"} {
		if err := os.MkdirAll(filepath.Join(w.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.write("mlops.hcl", "project \"demo\" {}\ncomponent \"layout\" {\n  source = \"./tpl\"\n}\n")
	w.write("tpl/cookiecutter.json", `{"name": "x"}`)
	w.write("tpl/hooks/post_gen_project.sh", "#!/bin/sh\necho hooked > made.txt\n")
	w.write("tpl/{{cookiecutter.name}}/a.txt", "a\n")
	w.run(w.bin, "component", "lock")
	pure(t, w)
	out, err := w.command(w.bin, "component", "update", "--run-hooks", "--json").Output()
	m := regexp.MustCompile(`"print": "(sha256:[0-9a-f]{64})"`).FindSubmatch(out)
	if err == nil || m == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.run(w.bin, "component", "update", "--run-hooks", "--trust", string(m[1]))
	pure(t, w)
	w.run(w.bin, "apply", "--auto-approve", "--summary")
	pure(t, w)
	if got, err := os.ReadFile(filepath.Join(w.dir, "made.txt")); err != nil || string(got) != "hooked\n" {
		t.Errorf("%q, %v", got, err)
	}
}
