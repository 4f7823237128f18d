package hooks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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

// What somebody else may have written says nothing about what the user trusts.
func TestTrustOfOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there modes do not tell who may write")
	}
	for name, modes := range map[string][2]os.FileMode{
		"":                         {0o755, 0o644},
		"mode 0666":                {0o700, 0o666},
		"mode 0620":                {0o700, 0o620},
		"mode 0602":                {0o700, 0o602},
		"mode 0777":                {0o777, 0o600},
		"mode 0770":                {0o770, 0o600},
		"behind a link, mode 0622": {0o700, 0o622},
		"behind a link, mode 0773": {0o773, 0o600},
	} {
		dir, one := filepath.Join(t.TempDir(), "mlops"), job(t, func(*Job) {})
		file := Trust(filepath.Join(dir, TrustFile))
		if err := file.Add(one); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Chmod(string(file), modes[1]), os.Chmod(dir, modes[0])); err != nil {
			t.Fatal(err)
		}
		mode, linked := strings.CutPrefix(name, "behind a link, ")
		if linked {
			link := filepath.Join(dir, "link", TrustFile)
			if err := errors.Join(os.Mkdir(filepath.Dir(link), 0o700), os.Symlink(string(file), link)); err != nil {
				t.Fatal(err)
			}
			file = Trust(link)
		}
		has, err := file.Has(one)
		if name == "" {
			if !has || err != nil || file.Add(job(t, func(j *Job) { j.Source = "gh:c/c" })) != nil {
				t.Errorf("a file that others may read: %t, %v", has, err)
			}
			continue
		}
		if has || err == nil || !strings.Contains(err.Error(), mode) || !strings.Contains(err.Error(), "chmod go-w ") {
			t.Errorf("%s: %t, %v", name, has, err)
		}
		if err := file.Add(job(t, func(j *Job) { j.Source = "gh:c/c" })); err == nil {
			t.Errorf("%s: is written to", name)
		}
	}
	// A folder that is not the user's alone does not get the file in the first place.
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	file := Trust(filepath.Join(dir, TrustFile))
	if _, err := file.Has(job(t, func(*Job) {})); err == nil || file.Add(job(t, func(*Job) {})) == nil {
		t.Errorf("a folder for all: %v", err)
	}
}

// The owner counts as well: they may write whatever the mode says.
func TestTrustOwner(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"0 0": true, "0 7": true, "7 7": true, "7 0": false, "7 8": false} {
		var owner, user int
		if _, err := fmt.Sscan(name, &owner, &user); err != nil {
			t.Fatal(err)
		}
		err := judge("f", owned{owner, 0o600}, user)
		if (err == nil) != want || err != nil && err.Error() != "f: belongs to user 7, not to you, so it cannot say what you trust; look at what it holds, then: chown "+fmt.Sprint(user)+" f" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
