package hooks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/cookiecutter"
)

// job is one of a small template, after an edit.
func job(t *testing.T, edit func(*Job)) *Job {
	t.Helper()
	j := Job{
		Source: "gh:a/b", Commit: strings.Repeat("1", 40), in: cookiecutter.Input{Overrides: map[string]any{"name": "x", "other": "y"}},
		template: []cookiecutter.File{
			{Path: "cookiecutter.json", Content: []byte(`{"name": "n", "other": "o"}`)},
			{Path: "hooks/post_gen_project.py", Content: []byte("print('{{ cookiecutter.name }}')\n")},
			{Path: "{{cookiecutter.name}}/a", Content: []byte("{{ cookiecutter.other }}")},
		},
	}
	edit(&j)
	out, err := newJob(t.Context(), j)
	if err != nil || out == nil {
		t.Fatal(out, err)
	}
	return out
}

// Trust is for one source, one commit, one tree and the texts that would run.
func TestPrint(t *testing.T) {
	t.Parallel()
	first := job(t, func(*Job) {})
	for name, edit := range map[string]func(*Job){
		"source":             func(j *Job) { j.Source = "gh:b/b" },
		"commit":             func(j *Job) { j.Commit = strings.Repeat("2", 40) },
		"input in the hook":  func(j *Job) { j.in.Overrides["name"] = "'); evil('" },
		"hook":               func(j *Job) { j.template[1].Content = append(j.template[1].Content, '#') },
		"another file":       func(j *Job) { j.template[2].Content = []byte("else") },
		"mode":               func(j *Job) { j.template[2].Executable = true },
		"pre_prompt's input": func(j *Job) { j.template[1].Path = "hooks/pre_prompt.py"; j.in.Overrides["other"] = "z" },
	} {
		if other := job(t, edit); other.Print == first.Print {
			t.Errorf("%s: has the same print", name)
		}
	}
	if same := job(t, func(j *Job) { j.in.Overrides["other"] = "z" }); same.Print != first.Print {
		t.Error("an input that no hook sees asks again")
	}
	early := func(other string) string {
		return job(t, func(j *Job) { j.template[1].Path = "hooks/pre_prompt.py"; j.in.Overrides["other"] = other }).Print
	}
	if early("a") == early("b") {
		t.Error("what pre_prompt may make of an input is not known, and does not ask again")
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	file := Trust(filepath.Join(t.TempDir(), "mlops", TrustFile))
	one, two := job(t, func(*Job) {}), job(t, func(j *Job) { j.Source = "gh:c/c" })
	for _, j := range []*Job{one, one} {
		if err := file.Add(j); err != nil {
			t.Fatal(err)
		}
	}
	if has, err := file.Has(one); !has || err != nil {
		t.Error(has, err)
	}
	if has, err := file.Has(two); has || err != nil {
		t.Error(has, err)
	}
	if src, _ := os.ReadFile(string(file)); strings.Count(string(src), one.Print) != 1 {
		t.Errorf("%s", src)
	}
	if err := os.WriteFile(string(file), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if has, err := file.Has(one); has || err == nil || !strings.Contains(err.Error(), "remove it, and the question comes again") {
		t.Error(has, err)
	}
	if has, err := Trust("").Has(one); has || err != nil || Trust("").Add(one) != nil {
		t.Error("no file trusts nothing, and is no fault")
	}
}
