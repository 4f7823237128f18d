package walk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// branches lets two branches go their ways and merges them.
func (w *world) branches() {
	w.apply()
	w.commitAll("before branching")
	name := fmt.Sprintf("b%d", w.id())
	w.git("checkout", "-q", "-b", name)
	w.goOn()
	w.git("checkout", "-q", "main")
	w.reload("HEAD")
	w.goOn()
	w.merge(name)
	w.counts["merges"]++
	if w.rng.IntN(2) == 0 {
		w.apply()
	}
}

// goOn is what happens on one branch.
func (w *world) goOn() {
	for range 1 + w.rng.IntN(6) {
		w.any(small)
	}
	if w.crashed || w.rng.IntN(3) > 0 {
		w.apply()
	}
	w.commitAll("on a branch")
}

// merge merges a branch; of each file in conflict the user takes a side.
func (w *world) merge(name string) {
	_, err := w.tryGit("merge", "-q", "--no-commit", "--no-ff", name)
	unmerged := strings.Fields(w.git("diff", "--name-only", "--diff-filter=U"))
	w.note("  merging %s: %t, unmerged %v", name, err == nil, unmerged)
	for _, p := range unmerged {
		switch {
		case p == planner.LockPath:
			// Last: which files are on disk decides.
		case strings.HasPrefix(p, ".mlops/"):
			// Nobody knows what to do here, so nothing is done.
		default:
			w.takeSide(p, w.rng.IntN(2) == 0)
		}
	}
	w.settleLock()
	w.git("add", "-A")
	w.reload("HEAD")
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", "merge "+name)
}

func (w *world) takeSide(p string, ours bool) {
	side, stage := "--ours", ":2:"
	if !ours {
		side, stage = "--theirs", ":3:"
	}
	if _, err := w.tryGit("show", stage+p); err != nil {
		w.git("rm", "-q", "--cached", "--", p)
		os.Remove(w.path(p))
		return
	}
	w.git("checkout", side, "--", p)
}

// settleLock settles a lock that git could not merge, or merged into none.
func (w *world) settleLock() {
	w.Helper()
	src := w.read(planner.LockPath)
	if _, err := lockfile.Parse([]byte(src)); src == "" || err == nil {
		return
	}
	w.counts["locks resolved"]++
	if r := w.mlops("lock", "--resolve"); r.code != 0 {
		w.fail("the merged lock: %s\n%s", r, src)
	}
}

// reload makes the model that of the spec files on disk, after git wrote them. A
// file that git merged by lines is taken from one side; when the whole cannot be
// meant, all of them are.
func (w *world) reload(side string) {
	w.spec = map[string]object{}
	for _, name := range w.specFiles() {
		o, ok := w.known[w.read(name)]
		if !ok {
			src, err := w.tryGit("show", side+":"+name)
			if o, ok = w.known[src]; err != nil || !ok {
				continue
			}
		}
		w.spec[name] = o
	}
	w.writeSpec()
	r := w.mlops("validate")
	if r.code == 0 {
		return
	}
	w.note("  the merged spec: %s", firstLine(r.err))
	w.counts["merged spec faults"]++
	w.spec = map[string]object{}
	for _, name := range strings.Fields(w.git("ls-tree", "--name-only", side)) {
		if strings.HasSuffix(name, ".mlops.hcl") {
			w.spec[name] = w.known[w.git("show", side+":"+name)]
		}
	}
	w.writeSpec()
	if r := w.mlops("validate"); r.code != 0 {
		w.fail("the spec of one side: %s", r)
	}
}

// clones goes on in a fresh clone, of all of the history or of its last commit.
func (w *world) clones() {
	w.apply()
	w.commitAll("before cloning")
	to := fmt.Sprintf("c%d", w.id())
	w.clone(to, w.rng.IntN(2) == 0)
	w.counts["clones"]++
	w.dir = filepath.Join(w.base, to)
	w.reload("HEAD")
	// What only other branches and backups hold stays in the old repository.
	have := w.reachable()
	for u := range w.written {
		w.given[u] = w.given[u] || !have[u]
	}
}

func (w *world) clone(to string, shallow bool) {
	args := []string{"clone", "-q", "file://" + w.dir, filepath.Join(w.base, to)}
	if shallow {
		args = append(args, "--depth=1")
	}
	w.git(args...)
}

// cloneIsQuiet is the law that a clone of a commit that apply made plans to
// nothing.
func (w *world) cloneIsQuiet() {
	w.Helper()
	w.counts["clone laws"]++
	here, to := w.dir, filepath.Join(w.base, "law")
	w.clone("law", w.rng.IntN(2) == 0)
	w.dir = to
	r := w.mlops("plan", "--detailed-exitcode")
	p, _ := w.plan()
	w.dir = here
	if r.code != 0 || len(p.Leftover)+len(p.Store) > 0 {
		w.fail("a clone of the commit that apply made does not plan to nothing: %s, store %v", r, p.Store)
	}
	if err := os.RemoveAll(to); err != nil {
		w.fail("%v", err)
	}
}
