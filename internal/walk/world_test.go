package walk_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/term"
)

// world is one project in one repository, and what is known of its history.
type world struct {
	*testing.T
	rng       *rand.Rand
	base, dir string
	env       []string
	clock     time.Time
	seed      uint64
	steps     int

	spec    map[string]object // by spec file
	known   map[string]object // every object there ever was, by the text of its file
	next    int               // the last number given out
	written map[string]bool   // every token
	// given are tokens whose line the user deleted: nobody has to keep them.
	given map[string]bool
	// crashed says that an apply was killed and none has run since.
	crashed bool
	log     []string
	counts  map[string]int
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	base, err := os.MkdirTemp("/dev/shm", "mlops-walk-")
	if err != nil {
		base = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	w := &world{
		T: t, rng: rand.New(rand.NewPCG(seed, 7)), base: base, dir: filepath.Join(base, "p"), seed: seed,
		clock: time.Unix(1_800_000_000, 0).UTC(), spec: map[string]object{}, known: map[string]object{},
		written: map[string]bool{}, given: map[string]bool{}, counts: map[string]int{},
	}
	config := filepath.Join(base, "gitconfig")
	w.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + base, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + config,
		"GIT_CEILING_DIRECTORIES=" + base, "GIT_TERMINAL_PROMPT=0",
	}
	text := "[user]\n\tname = User\n\temail = user@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[advice]\n\tdetachedHead = false\n"
	if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// start is the repository before mlops comes to it.
func (w *world) start() {
	w.write("mlops.hcl", "project \"walk\" {}\n")
	w.write("conf.toml", "# "+w.token()+"\nname = \""+w.token()+"\"\n\n[tool.own]\na = 1\n")
	w.write("conf.yaml", "# "+w.token()+"\nname: "+w.token()+"\nown:\n  - a\n")
	w.write("conf.json", "{\n  \""+w.token()+"\": 1,\n  \"own\": [1, 2]\n}\n")
	w.write(".gitignore", "*.pyc\n# "+w.token()+"\n")
	w.write("notes.txt", "one\n"+w.token()+"\nthree\n")
	w.git("init", "-q")
	w.git("add", "-A")
	w.git("commit", "-qm", "start")
	for range 8 {
		w.specGains()
	}
}

func (w *world) id() int {
	w.next++
	return w.next
}

// token is new text of the user's; line is new text of the spec's.
func (w *world) token() string { return fmt.Sprintf("u-%06d", w.id()) }
func (w *world) line() string  { return fmt.Sprintf("s-%06d", w.id()) }

var tokens = regexp.MustCompile(`u-\d{6}`)

func (w *world) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *world) read(name string) string {
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		return ""
	}
	return string(data)
}

// write replaces a file in place, as an editor does, and keeps its mode.
func (w *world) write(name, text string) {
	w.Helper()
	for _, u := range tokens.FindAllString(text, -1) {
		w.written[u] = true
	}
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o777); err != nil {
		w.fail("%v", err)
	}
	if err := os.WriteFile(w.path(name), []byte(text), 0o666); err != nil {
		w.fail("%v", err)
	}
}

// entry is what stands at a path.
type entry struct {
	mode fs.FileMode
	text string
}

// files are all files of the working tree, but git's own.
func (w *world) files() map[string]entry {
	w.Helper()
	out := map[string]entry{}
	err := filepath.WalkDir(w.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var text []byte
		if info.Mode().IsRegular() {
			text, err = os.ReadFile(p)
		} else if link, e := os.Readlink(p); e == nil {
			text = []byte(link)
		}
		rel, _ := filepath.Rel(w.dir, p)
		out[filepath.ToSlash(rel)] = entry{info.Mode(), string(text)}
		return err
	})
	if err != nil {
		w.fail("%v", err)
	}
	return out
}

// tryGit runs the real git.
func (w *world) tryGit(args ...string) (string, error) { return w.pipe("", args...) }

// feed runs git with something to read.
func (w *world) feed(in string, args ...string) string {
	w.Helper()
	out, err := w.pipe(in, args...)
	if err != nil {
		w.fail("%v", err)
	}
	return out
}

func (w *world) pipe(in string, args ...string) (string, error) {
	w.clock = w.clock.Add(time.Second)
	c := exec.Command("git", args...)
	c.Dir, c.Stdin = w.dir, strings.NewReader(in)
	date := fmt.Sprintf("%d +0000", w.clock.Unix())
	c.Env = append(w.env, "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if err != nil {
		err = fmt.Errorf("git %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), err
}

func (w *world) git(args ...string) string {
	w.Helper()
	out, err := w.tryGit(args...)
	if err != nil {
		w.fail("%v", err)
	}
	return out
}

// ran is how a run of mlops ended.
type ran struct {
	code     int
	out, err string
}

// mlops runs the program in this process. It never panics and knows three exit
// codes here.
func (w *world) mlops(args ...string) (r ran) {
	w.Helper()
	var out, errs bytes.Buffer
	defer func() {
		if v := recover(); v != nil {
			w.fail("mlops %v panics: %v\n%s", args, v, debug.Stack())
		}
	}()
	w.clock = w.clock.Add(time.Second)
	now := w.clock
	r.code = cmd.Main(context.Background(), &cmd.Process{
		Args: args, Dir: w.dir, Env: w.env, Now: func() time.Time { return now },
		Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Width: 80},
	})
	r.out, r.err = out.String(), errs.String()
	if r.code < 0 || r.code > 2 {
		w.fail("mlops %v: exit code %d\n%s", args, r.code, r)
	}
	return r
}

func (r ran) String() string { return fmt.Sprintf("exit %d\n%s%s", r.code, r.out, r.err) }

func (w *world) gitEnv() gitconf.Env { return gitconf.NewEnv(w.env) }

// note adds a line to the story that a failure tells.
func (w *world) note(format string, args ...any) {
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// fail ends the episode with the last things that happened.
func (w *world) fail(format string, args ...any) {
	w.Helper()
	w.Errorf(format, args...)
	const last = 200
	w.Logf("seed %d, the last of it:\n  %s", w.seed, strings.Join(w.log[max(0, len(w.log)-last):], "\n  "))
	if keep := os.Getenv("MLOPS_WALK_KEEP"); keep != "" {
		if err := os.Rename(w.base, keep); err != nil {
			w.Logf("%v", err)
		}
	}
	w.Fatalf("to repeat: MLOPS_WALK=%d MLOPS_WALK_SEED=%d go test -count=1 -run TestWalk ./internal/walk", episode, w.seed)
}

// report says what the episode was made of.
func (w *world) report() { w.Logf("%d steps: %v", w.steps, w.counts) }
