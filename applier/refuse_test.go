package applier

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
	"github.com/mlops-as-code/mlops/planner"
)

// TestStalePlans changes the world after the plan was made.
func TestStalePlans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm func(w *world)
		word string
	}{
		"edited":              {func(w *world) { w.write("a", "mine\n") }, "a: changed"},
		"same size":           {func(w *world) { w.write("a", "9\n") }, "a: changed"},
		"deleted":             {func(w *world) { os.Remove(w.path("a")) }, "a: is not there"},
		"directory deleted":   {func(w *world) { os.RemoveAll(w.path("b")) }, "b/c: is not there"},
		"mode":                {func(w *world) { os.Chmod(w.path("a"), 0o755) }, "a: its mode"},
		"now a link":          {func(w *world) { os.Remove(w.path("a")); os.Symlink("x", w.path("a")) }, "a: is a symlink now"},
		"now a directory":     {func(w *world) { os.Remove(w.path("a")); os.Mkdir(w.path("a"), 0o777) }, "a: is a directory now"},
		"appeared":            {func(w *world) { w.write("new/n", "mine\n") }, "new/n: appeared"},
		"lock edited":         {func(w *world) { w.write(planner.LockPath, "{}") }, planner.LockPath + ": changed"},
		"to be deleted":       {func(w *world) { w.write("gone", "mine\n") }, "gone: changed"},
		"template was edited": {func(w *world) { w.write("mlops.hcl", "x") }, "mlops.hcl: changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.write("mlops.hcl", "spec")
			w.want = map[string]string{"a": "1\n", "b/c": "1\n", "gone": "1\n"}
			w.apply()
			w.want = map[string]string{"a": "2\n", "b/c": "2\n", "new/n": "1\n"}
			p := w.plan()
			p.Commit.Include = []planner.FileRef{{Path: "mlops.hcl", Digest: digestOf([]byte("spec")), Mode: "0644"}}
			c.harm(w)
			var stale *StaleError
			if err := w.refusedPlan(p, c.word); !errors.As(err, &stale) || len(stale.What) != 1 {
				t.Errorf("not called stale, or more than that: %v", err)
			}
		})
	}
}

// TestChangedAtTheLastMoment changes a file when others are in place already.
func TestChangedAtTheLastMoment(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(w *world){
		"edited":   func(w *world) { w.write("c", "mine\n") },
		"appeared": func(w *world) { w.write("d", "mine\n") },
		"in place": func(w *world) { os.WriteFile(w.path("c"), []byte("9\n"), 0o666) },
		"HEAD": func(w *world) {
			w.git("update-ref", "refs/heads/other", "HEAD")
			w.git("symbolic-ref", "HEAD", "refs/heads/other")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.want = map[string]string{"a": "1\n", "b": "1\n", "c": "1\n"}
			w.apply()
			w.want = map[string]string{"a": "2\n", "c": "2\n", "d": "1\n"}
			at, what := 0, "link a "
			if name == "HEAD" {
				what = "link mlops/own.0"
			}
			for i, op := range w.operations() {
				if at == 0 && strings.HasPrefix(op, what) {
					at = i + 1
				}
			}
			f := faultfs.New(faultfs.Fault{At: at, Before: func() { harm(w) }})
			req := w.request(w.plan())
			req.Open = f.Open
			_, err := Apply(w.context(), req)
			if !errors.As(err, new(*StaleError)) {
				t.Fatalf("error %v", err)
			}
			w.tidy()
			if w.read("a") != "1\n" || w.read("b") != "1\n" {
				t.Error("the files were not put back")
			}
			if got := w.git("rev-list", "--count", "--all"); got != "2\n" {
				t.Errorf("a commit was made: %s", got)
			}
		})
	}
}

// operations is what an apply of the plan does, on a copy.
func (w *world) operations() []string {
	w.Helper()
	snap := w.base + ".ops"
	copyTree(w.TB, w.base, snap)
	defer os.RemoveAll(snap)
	f := faultfs.New(faultfs.Fault{})
	req := w.request(w.plan())
	req.Open = f.Open
	if _, err := Apply(w.context(), req); err != nil {
		w.Fatal(err)
	}
	os.RemoveAll(w.base)
	copyTree(w.TB, snap, w.base)
	return f.Log()
}

// TestTamperedPlans damages a saved plan in each way that could do harm.
func TestTamperedPlans(t *testing.T) {
	t.Parallel()
	evil := digestOf([]byte("evil"))
	file := &planner.State{Type: "file", Digest: evil, Mode: "0644", Size: 4}
	for name, harm := range map[string]func(p *planner.Plan){
		"version":          func(p *planner.Plan) { p.FormatVersion = "2.0" },
		"id":               func(p *planner.Plan) { p.ID = "sha256:../../../x" },
		"no blob":          func(p *planner.Plan) { delete(p.Blobs, p.Changes[0].After.Digest) },
		"other blob":       func(p *planner.Plan) { p.Blobs[p.Changes[0].After.Digest] = []byte("9\n") },
		"other lock":       func(p *planner.Plan) { p.Blobs[p.Lock.After] = []byte("{}") },
		"no lock":          func(p *planner.Plan) { delete(p.Blobs, p.Lock.After) },
		"setuid":           func(p *planner.Plan) { p.Changes[0].After.Mode = "4755" },
		"link":             func(p *planner.Plan) { p.Changes[0].After.Type = "symlink" },
		"unknown action":   func(p *planner.Plan) { p.Changes[0].Actions = []string{"run"} },
		"two actions":      func(p *planner.Plan) { p.Changes[0].Actions = []string{"create", "delete"} },
		"create over":      func(p *planner.Plan) { p.Changes[0].Before = file },
		"conflict":         func(p *planner.Plan) { p.Changes[0].Actions = []string{"conflict"} },
		"twice":            func(p *planner.Plan) { p.Changes = append(p.Changes, p.Changes[0]) },
		"outside":          func(p *planner.Plan) { p.Changes[0].Path = "../x" },
		"absolute":         func(p *planner.Plan) { p.Changes[0].Path = "/tmp/x" },
		"git":              func(p *planner.Plan) { p.Changes[0].Path = ".git/hooks/pre-commit" },
		"GIT":              func(p *planner.Plan) { p.Changes[0].Path = ".GIT/config" },
		"lock as change":   func(p *planner.Plan) { p.Changes[0].Path = planner.LockPath },
		"stage":            func(p *planner.Plan) { p.Changes[0].Path = ".mlops/stage/0" },
		"private lock":     func(p *planner.Plan) { p.Changes[0].Path = ".MLOPS/lock" },
		"case":             func(p *planner.Plan) { p.Changes[1].Path = "A" },
		"below a file":     func(p *planner.Plan) { p.Changes[1].Path = "a/b" },
		"leftover outside": func(p *planner.Plan) { p.Leftover = []planner.FileRef{{Path: "../home", Digest: evil}} },
		"include git":      func(p *planner.Plan) { p.Commit.Include = []planner.FileRef{{Path: "../.git/config", Digest: evil}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.want = map[string]string{"a": "1\n", "d/b": "1\n"}
			p := w.plan()
			p.Blobs[evil] = []byte("evil")
			harm(p)
			err := w.refusedPlan(p)
			if !errors.As(err, new(*PlanError)) && !errors.As(err, new(*ConflictError)) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// FuzzPlan holds that no document, however damaged, changes anything outside of
// what a plan may change: the user's file and git's own stay.
func FuzzPlan(f *testing.F) {
	w := newWorld(f)
	w.want = map[string]string{"a": "1\n", "d/b": "#!1\n"}
	doc, err := json.Marshal(w.plan())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Add([]byte(strings.ReplaceAll(string(doc), `"d/b"`, `"../x"`)))
	f.Add([]byte(strings.ReplaceAll(string(doc), `"create"`, `"delete"`)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var p planner.Plan
		if json.Unmarshal(doc, &p) != nil {
			return
		}
		w := newWorld(t)
		w.write("user.txt", "the user's\n")
		os.WriteFile(w.base+"/outside", []byte("outside"), 0o666)
		p.Commit.Enabled = false
		_, err := Apply(w.context(), w.request(&p))
		if data, _ := os.ReadFile(w.base + "/outside"); string(data) != "outside" {
			t.Errorf("outside: %q, %v", data, err)
		}
		if list, _ := os.ReadDir(w.base); len(list) != 3 {
			t.Errorf("outside: %v, %v", list, err)
		}
		if w.exists("user.txt") && w.read("user.txt") != "the user's\n" {
			t.Errorf("the user's file: %q, %v", w.read("user.txt"), err)
		}
	})
}

// TestCancelled ends the context at each operation: before the files are
// published that leaves nothing behind, later it changes nothing.
func TestCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n", "b": "1\n"}
	w.apply()
	w.want = map[string]string{"a": "2\n", "c": "1\n"}
	ops := w.operations()
	snap := w.base + ".snap"
	copyTree(t, w.base, snap)
	defer os.RemoveAll(snap)
	early, late := 0, 0
	for at := 1; at <= len(ops); at++ {
		ctx, cancel := context.WithCancel(w.context())
		f := faultfs.New(faultfs.Fault{At: at, Before: cancel})
		req := w.request(w.plan())
		req.Open = f.Open
		before := w.observe()
		r, err := Apply(ctx, req)
		switch {
		case err == nil:
			late++
			if r.Commit == "" || w.read("a") != "2\n" {
				t.Errorf("at %d: half done: %+v", at, r)
			}
		case !errors.Is(err, context.Canceled):
			t.Errorf("at %d: %v", at, err)
		default:
			early++
			w.tidy(at)
			if lost := before.lost(w.observe(), w.want); len(lost) > 0 || w.read("a") != "1\n" || late > 0 {
				t.Errorf("at %d (%s): cancelled, but %v", at, ops[at-1], lost)
			}
		}
		os.RemoveAll(w.base)
		copyTree(t, snap, w.base)
	}
	if early < 10 || late < 10 {
		t.Errorf("%d early, %d late", early, late)
	}
}

// TestFileSystemWithoutLinks does without hard links.
func TestFileSystemWithoutLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	for _, content := range []string{"1\n", "2\n"} {
		w.want = map[string]string{"a": content, "b/c": "1\n"}
		w.write("user.txt", "mine\n")
		req := w.request(w.plan())
		req.Open = func(dir string) (fsops.Dir, error) {
			d, err := fsops.OpenOS(dir)
			return noLinks{d}, err
		}
		if _, err := Apply(w.context(), req); err != nil {
			t.Fatal(err)
		}
		w.settled()
		w.write("a", "mine\n")
	}
}

func (l noLinks) Sub(name string) (fsops.Dir, error) {
	d, err := l.Dir.Sub(name)
	return noLinks{d}, err
}

func (l noLinks) Move(from string, to fsops.Dir, name string) error {
	return l.Dir.Move(from, to.(noLinks).Dir, name)
}

// noLinks is a directory on a file system that has no hard links.
type noLinks struct{ fsops.Dir }

func (l noLinks) Link(from, to string) error {
	if _, err := l.Lstat(to); err == nil {
		return &os.LinkError{Op: "link", Old: from, New: to, Err: fs.ErrExist}
	}
	return &os.LinkError{Op: "link", Old: from, New: to, Err: errors.ErrUnsupported}
}
