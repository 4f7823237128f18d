package cookiecutter

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCorpus renders real templates at fixed commits and compares the digest
// of each tree with that of the tree Cookiecutter made. MLOPS_CORPUS is the
// directory of the repositories, owner+name each; MLOPS_CORPUS_TABLE the table.
func TestCorpus(t *testing.T) {
	dir, table := os.Getenv("MLOPS_CORPUS"), os.Getenv("MLOPS_CORPUS_TABLE")
	if dir == "" {
		t.Skip("MLOPS_CORPUS is not set")
	}
	if table == "" {
		table = filepath.Join("..", "..", "..", "shared", "corpus", "cookiecutter-open.tsv")
	}
	rows := readRows(t, table)
	trees := map[string]*Tree{}
	var same, required, copier int
	for _, r := range rows {
		if r.kind != "cookiecutter" {
			copier++
			continue
		}
		verdict, good := r.run(t, dir, trees)
		if r.hooks == "on" {
			t.Logf("%s: hooks on, not required: %s", r, verdict)
			continue
		}
		required++
		if good {
			same++
		} else {
			t.Errorf("%s: %s", r, verdict)
		}
	}
	t.Logf("%d rows of copier templates skipped", copier)
	fmt.Printf("corpus: %d of %d identical\n", same, required)
}

type corpusRow struct {
	repo, commit, dir, input, digest, hooks, kind, note, context string
	excluded                                                     map[string]bool
	clockDigest                                                  string
}

func (r corpusRow) String() string { return r.repo + " " + r.dir + " " + r.context }

func readRows(t *testing.T, table string) []corpusRow {
	t.Helper()
	data, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	part := func(note, pattern string) string {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(note); m != nil {
			return m[1]
		}
		return ""
	}
	var rows []corpusRow
	for line := range strings.SplitSeq(strings.TrimRight(string(data), "\n"), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 8 {
			t.Fatalf("%s: a row of %d columns: %q", table, len(f), line)
		}
		if f[0] == "repo" {
			continue
		}
		r := corpusRow{
			repo: f[0], commit: f[1], dir: f[2], input: f[3], digest: f[5], hooks: f[6], note: f[7], excluded: map[string]bool{},
			kind: part(f[7], `kind=(\w+)`), context: part(f[7], `ctx=(\w+)`), clockDigest: part(f[7], `with clock .*? sha256=(\w+)`),
		}
		for p := range strings.SplitSeq(part(f[7], `excluded=\[([^\]]*)\]`), ", ") {
			r.excluded[p] = true
		}
		rows = append(rows, r)
	}
	return rows
}

// run renders the row, and says whether the result is what is required.
func (r corpusRow) run(t *testing.T, dir string, trees map[string]*Tree) (string, bool) {
	t.Helper()
	key := r.repo + "@" + r.commit
	if trees[key] == nil {
		clear(trees)
		tree, err := gitTree(filepath.Join(dir, strings.Replace(r.repo, "/", "+", 1)), r.commit)
		if err != nil {
			return "not there: " + err.Error(), false
		}
		trees[key] = tree
	}
	res, err := r.generate(trees[key])
	extension := strings.Contains(r.note, "python-extension")
	switch {
	case err != nil && r.digest == "ERROR":
		return "fails as it must: " + err.Error(), true
	case err != nil && extension && strings.Contains(err.Error(), "extension"):
		return "refused as it must: " + err.Error(), true
	case err != nil:
		return err.Error(), false
	case r.digest == "ERROR" || extension:
		return "does not fail, and must", false
	}
	if got := digest(res, r.excluded); got != r.digest {
		return fmt.Sprintf("%d files, digest %s, want %s", len(res.Files), got, r.digest), false
	}
	if r.clockDigest != "" && !r.clockMatches(res) {
		return fmt.Sprintf("with its clock: %d files, digest %s, want %s", len(res.Files), digest(res, nil), r.clockDigest), false
	}
	return "identical", true
}

// clockMatches compares all files, but for those that hold a path of the
// machine: the table tells how many of the excluded ones those are.
func (r corpusRow) clockMatches(res *Result) bool {
	if !strings.Contains(r.note, "path-files=1") {
		return strings.Contains(r.note, "path-files=") || digest(res, nil) == r.clockDigest
	}
	for p := range r.excluded {
		if digest(res, map[string]bool{p: true}) == r.clockDigest {
			return true
		}
	}
	return false
}

func (r corpusRow) generate(tree *Tree) (*Result, error) {
	tpl, err := Open(tree, r.dir)
	if err != nil {
		return nil, err
	}
	in := Input{Clock: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seed: 1, Source: r.repo, OutputDir: "/out", RepoDir: "/template"}
	if err := json.Unmarshal([]byte(r.input), &in.Overrides); err != nil {
		return nil, err
	}
	res, err := tpl.Generate(context.Background(), in)
	if d := os.Getenv("MLOPS_CORPUS_OUT"); d != "" && err == nil {
		err = writeResult(res, filepath.Join(d, strings.ReplaceAll(r.String(), "/", "+")))
	}
	return res, err
}

// digest is that of a tree: path, git mode and content hash, by path.
func digest(res *Result, without map[string]bool) string {
	h := sha256.New()
	for _, f := range res.Files {
		if without[f.Path] {
			continue
		}
		mode := "100644"
		if f.Executable {
			mode = "100755"
		}
		sum := sha256.Sum256(f.Content)
		fmt.Fprintf(h, "%s\x00%s\x00%x\n", f.Path, mode, sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// gitTree reads a commit without a checkout.
func gitTree(repo, commit string) (*Tree, error) {
	git := func(in io.Reader, args ...string) ([]byte, error) {
		c := exec.Command("git", append([]string{"-c", "safe.directory=*", "-C", repo}, args...)...)
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_NO_LAZY_FETCH=1")
		c.Stdin = in
		return c.Output()
	}
	list, err := git(nil, "ls-tree", "-rz", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	var files []File
	var ids bytes.Buffer
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		meta, name, _ := strings.Cut(entry, "\t")
		f := strings.Fields(meta)
		if f[1] != "blob" {
			continue
		}
		file := File{Path: name, Executable: f[0] == "100755"}
		if f[0] == "120000" {
			file.Link = "?"
		}
		files = append(files, file)
		fmt.Fprintln(&ids, f[2])
	}
	blobs, err := git(&ids, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return withBlobs(files, bufio.NewReader(bytes.NewReader(blobs)))
}

// withBlobs fills in the contents. Files whose blob a partial clone has left
// out are left out: if the template needs one, the tree will tell.
func withBlobs(files []File, r *bufio.Reader) (*Tree, error) {
	missing := map[string]bool{}
	for i := range files {
		var id, kind string
		var size int
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(line, " missing\n") {
			missing[files[i].Path] = true
			continue
		}
		if _, err := fmt.Sscan(line, &id, &kind, &size); err != nil {
			return nil, fmt.Errorf("%s: %s", files[i].Path, line)
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, err
		}
		if _, err := r.Discard(1); err != nil {
			return nil, err
		}
		if files[i].Link != "" {
			files[i].Link = string(data)
		} else {
			files[i].Content = data
		}
	}
	files = slices.DeleteFunc(files, func(f File) bool { return missing[f.Path] })
	return NewTree(files, Limits{})
}

// writeResult writes a result below dir, to look at.
func writeResult(res *Result, dir string) error {
	for _, f := range res.Files {
		p := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if f.Executable {
			mode = 0o755
		}
		if err := os.WriteFile(p, f.Content, mode); err != nil {
			return err
		}
	}
	return nil
}
