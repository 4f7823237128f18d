package hooks

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/effect"
)

// TestHooksCorpus runs the hooks of real templates at fixed commits, and compares the
// digest of what there is then with that of Cookiecutter's tree. MLOPS_CORPUS is the
// folder of the repositories, owner+name each, MLOPS_CORPUS_TABLE the table, and
// MLOPS_COOKIECUTTER the Python that Cookiecutter is installed for, whose folder comes
// first in PATH: hooks may use what comes with it. It runs code of strangers: do so in
// a container. Rows that differ are reported, and do not fail.
func TestHooksCorpus(t *testing.T) {
	dir, table := os.Getenv("MLOPS_CORPUS"), os.Getenv("MLOPS_CORPUS_TABLE")
	if dir == "" {
		t.Skip("MLOPS_CORPUS is not set")
	}
	if table == "" {
		table = filepath.Join("..", "..", "..", "shared", "corpus", "cookiecutter-open.tsv")
	}
	src, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	same, all := 0, 0
	for line := range strings.Lines(string(src)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 8 || f[6] != "on" || !strings.Contains(f[7], "kind=cookiecutter") {
			continue
		}
		all++
		verdict := (&row{repo: f[0], commit: f[1], dir: f[2], input: f[3], digest: f[5], note: f[7]}).run(t, dir)
		if verdict == "identical" {
			same++
		}
		t.Logf("%s %s: %s", f[0], f[2], verdict)
	}
	t.Logf("hooks: %d of %d identical", same, all)
}

type row struct{ repo, commit, dir, input, digest, note string }

func (r *row) run(t *testing.T, repos string) string {
	t.Helper()
	files, err := r.files(t, filepath.Join(repos, strings.Replace(r.repo, "/", "+", 1)))
	if err != nil {
		return err.Error()
	}
	in := cookiecutter.Input{Clock: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seed: 1, Source: r.repo}
	if err := json.Unmarshal([]byte(r.input), &in.Overrides); err != nil {
		return err.Error()
	}
	out, project, err := runJob(t.Context(), files, in)
	if err != nil {
		return err.Error()
	}
	if d := os.Getenv("MLOPS_CORPUS_OUT"); d != "" {
		for _, f := range out.After {
			write(t, filepath.Join(d, strings.ReplaceAll(r.repo+r.dir, "/", "+"), project, f.Path), f.Content, f.Executable)
		}
	}
	excluded := map[string]bool{}
	if m := regexp.MustCompile(`excluded=\[([^\]]*)\]`).FindStringSubmatch(r.note); m != nil {
		for p := range strings.SplitSeq(m[1], ", ") {
			excluded[p] = true
		}
	}
	if got := treeDigest(project, out.After, excluded); got != r.digest {
		return fmt.Sprintf("%d files, digest %s, want %s", len(out.After), got, r.digest)
	}
	return "identical"
}

// files are the template's, with links to files as the files.
func (r *row) files(t *testing.T, repo string) ([]cookiecutter.File, error) {
	t.Helper()
	if inner := filepath.Join(repo, "repo"); exists(inner) {
		repo = inner
	}
	dir := t.TempDir()
	c := exec.Command("git", "-c", "safe.directory=*", "-C", repo, "archive", r.commit)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_NO_LAZY_FETCH=1")
	tar, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("not there: %w", err)
	}
	x := exec.Command("tar", "-x", "-C", dir)
	x.Stdin = bytes.NewReader(tar)
	if err := x.Run(); err != nil {
		return nil, err
	}
	return readFiles(filepath.Join(dir, r.dir))
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func readFiles(top string) (out []cookiecutter.File, err error) {
	return out, filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(name)
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(top, name)
		out = append(out, cookiecutter.File{Path: filepath.ToSlash(rel), Content: data, Executable: info.Mode()&0o100 != 0})
		return err
	})
}

// errNone says that a template has no hooks.
var errNone = errors.New("no hooks")

// runJob runs the hooks of a template, if it has any.
func runJob(ctx context.Context, files []cookiecutter.File, in cookiecutter.Input) (*Outcome, string, error) {
	j, err := newJob(ctx, Job{Source: "SRC", template: files, in: in})
	if err != nil {
		return nil, "", err
	}
	if j == nil {
		return nil, "", errNone
	}
	env := os.Environ()
	if python := os.Getenv("MLOPS_COOKIECUTTER"); python != "" {
		env = append(env, "PATH="+filepath.Dir(python)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
	out, err := j.Run(ctx, Options{Dir: os.TempDir(), Env: env, Limit: time.Minute})
	if err != nil {
		return nil, "", err
	}
	altered, err := componentsAltered(files, out)
	if err != nil {
		return nil, "", err
	}
	t, err := open(altered, "")
	if err != nil {
		return nil, "", err
	}
	res, err := t.Generate(ctx, in)
	if err != nil {
		return nil, "", err
	}
	return out, res.Project, nil
}

// treeDigest is that of a tree: path, git mode and content hash, by path.
func treeDigest(project string, files []effect.File, without map[string]bool) string {
	h := sha256.New()
	for _, f := range files {
		name := project + "/" + f.Path
		if without[name] {
			continue
		}
		mode := "100644"
		if f.Executable {
			mode = "100755"
		}
		fmt.Fprintf(h, "%s\x00%s\x00%x\n", name, mode, sha256.Sum256(f.Content))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func write(t *testing.T, name string, content []byte, executable bool) {
	t.Helper()
	mode := os.FileMode(0o644)
	if executable {
		mode = 0o755
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, mode); err != nil {
		t.Fatal(err)
	}
}
