package gitrepo

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitattr"
)

// Note is one thing that git commit would do and a commit by mlops leaves out.
type Note struct {
	// What is "hook", "signature" or "filter".
	What string
	// Text completes "mlops does not", without a period.
	Text string
}

// Skipped names the hooks, the signature and the filters on the paths that a
// commit by mlops leaves out. rules may be nil when paths is empty.
func (r *Repo) Skipped(rules *gitattr.Rules, paths []string) ([]Note, error) {
	notes, err := r.hooks()
	if err != nil {
		return nil, err
	}
	sign, err := r.Config.Bool("commit.gpgSign", false)
	if err != nil {
		return nil, err
	}
	if sign {
		notes = append(notes, Note{"signature", "sign the commit (commit.gpgSign)"})
	}
	for _, path := range paths {
		if what, ok := rules.Filtered(path); ok {
			notes = append(notes, Note{"filter", fmt.Sprintf("apply what attributes ask for %s, which has %s", path, what)})
		}
	}
	return notes, nil
}

// commitHooks are those that git commit runs, in its order.
var commitHooks = [...]string{
	"pre-commit", "prepare-commit-msg", "commit-msg", "reference-transaction", "post-index-change", "post-commit",
}

// hooks finds hook programs in the hooks directory and, since git 2.54, in the
// configuration.
func (r *Repo) hooks() ([]Note, error) {
	dir := filepath.Join(r.CommonDir, "hooks")
	path, set, err := r.Config.Path("core.hooksPath")
	if err != nil {
		return nil, err
	}
	if set {
		dir = absolute(r.Top, path)
	}
	var notes []Note
	for _, name := range commitHooks {
		if file := filepath.Join(dir, name); isProgram(file) {
			notes = append(notes, Note{"hook", "run the " + name + " hook " + file})
		}
		for _, friendly := range r.configuredHooks(name) {
			notes = append(notes, Note{"hook", "run the " + name + " hook " + friendly + " of the configuration"})
		}
	}
	return notes, nil
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	return runtime.GOOS == "windows" || info.Mode()&0o111 != 0
}

// configuredHooks are the hook.<name> sections that an event triggers. An empty
// event forgets those before it.
func (r *Repo) configuredHooks(event string) []string {
	if on, err := r.Config.Bool("hook."+event+".enabled", true); err == nil && !on {
		return nil
	}
	var order []string
	triggered := map[string]bool{}
	for e := range r.Config.Entries() {
		name, ok := strings.CutPrefix(e.Key, "hook.")
		name, isEvent := strings.CutSuffix(name, ".event")
		if !ok || !isEvent {
			continue
		}
		switch e.Value {
		case "":
			triggered[name] = false
		case event:
			if _, seen := triggered[name]; !seen {
				order = append(order, name)
			}
			triggered[name] = true
		}
	}
	var names []string
	for _, name := range order {
		command, _ := r.Config.Get("hook." + name + ".command")
		on, err := r.Config.Bool("hook."+name+".enabled", true)
		if triggered[name] && command != "" && (on || err != nil) {
			names = append(names, name)
		}
	}
	return names
}
