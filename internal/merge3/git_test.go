package merge3

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// triple is one input of a merge.
type triple struct{ base, mine, theirs []byte }

// git runs git in folders of its own, away from the machine's configuration.
type git struct{ dir string }

func newGit(t testing.TB) git { return git{t.TempDir()} }

// merge runs "git merge-file -p" and returns what it prints and whether that has
// conflicts.
func (g git) merge(t testing.TB, in triple, flags ...string) (out []byte, conflict bool) {
	t.Helper()
	args := append([]string{"merge-file", "-p", "-q", "-L", "M", "-L", "B", "-L", "T"}, flags...)
	out, code := g.run(t, in, append(args, "mine", "base", "theirs"))
	return out, code > 0
}

// hunks returns the hunk headers of a diff from mine to theirs, aligned as merges
// are.
func (g git) hunks(t testing.TB, in triple) string {
	t.Helper()
	out, _ := g.run(t, in, []string{
		"diff", "--no-index", "-U0", "--diff-algorithm=myers", "--no-indent-heuristic", "mine", "theirs",
	})
	var headers string
	for _, h := range regexp.MustCompile(`(?m)^@@ [^@]+ @@`).FindAllString(string(out), -1) {
		headers += h + "\n"
	}
	return headers
}

// run writes the three files and runs git on them. It exits with how many
// conflicts there are.
func (g git) run(t testing.TB, in triple, args []string) (out []byte, code int) {
	t.Helper()
	for name, data := range map[string][]byte{"base": in.base, "mine": in.mine, "theirs": in.theirs} {
		if err := os.WriteFile(filepath.Join(g.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = g.dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + g.dir, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_CEILING_DIRECTORIES=" + filepath.Dir(g.dir), "LC_ALL=C",
	}
	out, err := cmd.Output()
	code = cmd.ProcessState.ExitCode()
	if err != nil && (code < 1 || code > 127) {
		t.Fatalf("git %v: %v", args, err)
	}
	return out, code
}

// taken resolves marked text: one side of each conflict is left.
func taken(marked []byte, side Side) string {
	var out strings.Builder
	section := Side("")
	for line := range bytes.Lines(marked) {
		switch strings.TrimRight(string(line), "\r\n") {
		case "<<<<<<< M":
			section = Mine
		case "||||||| B":
			section = Base
		case "=======":
			section = Theirs
		case ">>>>>>> T":
			section = ""
		default:
			if section == "" || section == side {
				out.Write(line)
			}
		}
	}
	return out.String()
}

var labels = Labels{Base: "B", Mine: "M", Theirs: "T"}

// differs says in which way our merge is not git's; "" if it is the same: clean
// with the same text, or in conflict with the same text once a side is taken.
func (g git) differs(t testing.TB, in triple) string {
	t.Helper()
	want, conflict := g.merge(t, in)
	got, err := Merge(in.base, in.mine, in.theirs)
	switch {
	case err != nil:
		t.Fatal(err)
	case conflict && len(got.Conflicts) == 0:
		return "clean, git has a conflict"
	case !conflict && len(got.Conflicts) > 0:
		return "conflict, git is clean"
	case !conflict && !bytes.Equal(got.Text, want):
		return "another text"
	}
	for _, side := range []Side{Mine, Theirs} {
		// What closes an open last line follows the start of git's larger conflict.
		if conflict && closing(taken(got.Marked(labels), side)) != closing(taken(want, side)) {
			return "other conflicts"
		}
	}
	return ""
}

func closing(text string) string { return strings.TrimRight(text, "\r\n") }

// shrink takes lines out of a triple for as long as it still differs.
func (g git) shrink(t testing.TB, in triple) triple {
	for again := true; again; {
		again = false
		for _, text := range []*[]byte{&in.base, &in.mine, &in.theirs} {
			lines := slices.Collect(bytes.Lines(*text))
			for i := len(lines) - 1; i >= 0; i-- {
				whole := *text
				*text = bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil)
				if g.differs(t, in) == "" {
					*text = whole
					continue
				}
				lines, again = slices.Delete(lines, i, i+1), true
			}
		}
	}
	return in
}
