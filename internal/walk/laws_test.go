package walk_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// moment is all that the laws look at.
type moment struct {
	files  map[string]entry
	head   string
	staged map[string]string // path to mode, object and stage
	lock   *lockfile.Lock
}

func (w *world) look() moment {
	w.Helper()
	m := moment{files: w.files(), head: w.git("rev-parse", "HEAD"), staged: map[string]string{}, lock: &lockfile.Lock{}}
	for line := range strings.Lines(w.git("ls-files", "-s")) {
		what, p, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		m.staged[p] = what
	}
	if src := m.files[planner.LockPath].text; src != "" {
		lock, err := lockfile.Parse([]byte(src))
		if err != nil {
			w.fail("%v", err)
		}
		m.lock = lock
	}
	return m
}

// laws compares the world before and after an apply that succeeded.
func (w *world) laws(p *planner.Plan, before moment, r ran) {
	w.Helper()
	after := w.look()
	w.onlyPlanned(p, before, after)
	w.tokensKept(p, before, after)
	w.stagedKept(p, before, after)
	for name, e := range after.files {
		if r.out != "" && strings.HasPrefix(name, ".mlops/stage/") {
			w.fail("%s was left behind", name)
		}
		if strings.Contains(e.text, "<<<<<<<") {
			w.fail("%s holds conflict markers", name)
		}
	}
	if strings.Contains(r.out, "Committed as") {
		if left := w.git("status", "--porcelain", "--", planner.LockPath, ".mlops"); left != "" {
			w.fail("not committed: %s", left)
		}
	}
}

// planned are the paths that a plan may touch.
func planned(p *planner.Plan) map[string]bool {
	out := map[string]bool{planner.LockPath: true}
	for _, c := range p.Changes {
		if c.Actions[0] == "forget" && c.Before != nil {
			continue
		}
		out[c.Path], out[c.PreviousPath] = true, true
	}
	for _, s := range p.Store {
		out[s.Path] = true
	}
	return out
}

// onlyPlanned: what the plan does not name stays as it is, byte for byte.
func (w *world) onlyPlanned(p *planner.Plan, before, after moment) {
	w.Helper()
	may := planned(p)
	for _, name := range differing(before.files, after.files) {
		if !may[name] && !strings.HasPrefix(name, ".mlops/stage/") {
			w.fail("apply touched %s, which is not in the plan", name)
		}
	}
}

// droppedBefore: an apply that was killed had taken the file out of HEAD, and not yet
// out of the index, which holds what HEAD's parent does.
func (w *world) droppedBefore(name, staged string) bool {
	if _, err := w.tryGit("cat-file", "-e", "HEAD:"+name); err == nil {
		return false
	}
	was, err := w.tryGit("rev-parse", "HEAD~1:"+name)
	return err == nil && strings.Contains(staged, strings.TrimSpace(was))
}

// stagedKept: what is staged of other paths stays, and of the plan's paths stays
// reachable.
func (w *world) stagedKept(p *planner.Plan, before, after moment) {
	w.Helper()
	may := planned(p)
	for _, ref := range slices.Concat(p.Commit.Include, p.Leftover) {
		may[ref.Path] = true
	}
	for name, what := range before.staged {
		if after.staged[name] == what {
			continue
		}
		if _, there := before.files[name]; !there && w.droppedBefore(name, what) {
			continue
		}
		if !may[name] {
			w.fail("%s was staged as %q and is now %q", name, what, after.staged[name])
		}
		for _, u := range tokens.FindAllString(w.git("cat-file", "blob", strings.Fields(what)[1]), -1) {
			if !strings.Contains(after.files[name].text, u) && !w.reachable()[u] {
				w.fail("%s was staged in %s and is nowhere any more", u, name)
			}
		}
	}
}

// tokensKept: every edit is where its owner says that it stays, or it was
// announced and can be had back.
func (w *world) tokensKept(p *planner.Plan, before, after moment) {
	w.Helper()
	j := &judge{world: w, p: p, before: before, after: after, now: w.byPath(), was: map[string][]lockfile.Object{}}
	for _, o := range before.lock.Objects {
		j.was[o.Path] = append(j.was[o.Path], o)
	}
	for _, name := range slices.Sorted(maps.Keys(before.files)) {
		if strings.HasSuffix(name, ".hcl") || strings.HasPrefix(name, ".mlops/") || name == planner.LockPath {
			continue
		}
		j.file(name)
	}
}

// judge knows both sides of an apply.
type judge struct {
	*world
	p             *planner.Plan
	before, after moment
	now           map[string][]object
	was           map[string][]lockfile.Object
	reached       map[string]bool
}

func (j *judge) file(name string) {
	j.Helper()
	before := j.before.files[name]
	to, owner := j.owner(name)
	after, there := j.after.files[to]
	if old := j.after.files[name]; j.crashed && to != name && old.text == before.text {
		after, there = old, true // the kill came first
	}
	switch {
	case j.parts(name) || j.parts(to):
		j.shared(name, after.text)
	case owner == "user", owner == "":
		if !there || after.text != before.text {
			j.fail("%s (owner %q) was changed by apply: %q, now at %s: %q", name, owner, before.text, to, after.text)
		}
	case owner == "shared":
		j.stay(name, after.text, tokens.FindAllString(before.text, -1))
		j.deletionsStay(name, after.text)
	default:
		j.reach(name, after.text, tokens.FindAllString(before.text, -1))
	}
}

// owner says where a whole file goes and who owns it there.
func (j *judge) owner(name string) (to, owner string) {
	for _, c := range j.p.Changes {
		if c.PreviousPath != name || c.Actions[0] != "move" {
			continue
		}
		for _, o := range j.now[c.Path] {
			if o.address() == c.Address {
				return c.Path, spelled(o.ownership)
			}
		}
	}
	for _, o := range j.now[name] {
		if o.kind == "file" {
			return name, j.taken(o, spelled(o.ownership))
		}
	}
	for _, o := range j.was[name] {
		if o.Kind == "file" && !j.leaves(o.Address) {
			return name, spelled(o.Ownership)
		}
		if o.Kind == "file" {
			return name, "spec" // a removed block says to delete it
		}
	}
	return name, ""
}

// taken is the owner of a file that an object wants: nobody but the user, unless
// the lock or an import says otherwise.
func (j *judge) taken(o object, owner string) string {
	if len(j.was[o.path()]) > 0 || j.declared("import", o.address()) {
		return owner
	}
	return ""
}

// leaves reports whether the spec consents to the deletion of edits.
func (j *judge) leaves(address string) bool {
	for _, o := range j.spec {
		if o.kind == "removed" && o.name == address {
			return o.destroy
		}
	}
	return false
}

func (w *world) declared(kind, address string) bool {
	return len(w.names(func(o object) bool { return o.kind == kind && o.name == address })) > 0
}

func spelled(ownership string) string {
	if ownership == "" {
		return "spec"
	}
	return ownership
}

// parts reports whether a file is, or was, shared with the user.
func (j *judge) parts(name string) bool {
	return slices.ContainsFunc(j.now[name], func(o object) bool { return o.kind != "file" }) ||
		slices.ContainsFunc(j.was[name], func(o lockfile.Object) bool { return o.Kind != "file" })
}

// stay: these tokens are on disk.
func (j *judge) stay(name, text string, list []string) {
	j.Helper()
	for _, u := range list {
		if !strings.Contains(text, u) {
			j.fail("%s was in %s, is the user's, and is lost: now %q", u, name, text)
		}
	}
}

// reach: these tokens are on disk, or the plan said that they would be
// overwritten and git has them.
func (j *judge) reach(name, text string, list []string) {
	j.Helper()
	for _, u := range list {
		if strings.Contains(text, u) {
			continue
		}
		if !j.announced(name, u) {
			j.fail("%s was overwritten in %s, and the plan did not say so: %v", u, name, j.p.Drift)
		}
		if j.reached == nil {
			j.reached = j.reachable()
		}
		if !j.reached[u] {
			j.fail("%s was overwritten in %s and is nowhere any more", u, name)
		}
		j.counts["overwritten"]++
	}
}

func (j *judge) announced(name, u string) bool {
	for _, d := range j.p.Drift {
		if d.Path == name && d.Will == "overwrite" {
			return true
		}
	}
	for _, c := range j.p.Changes {
		if c.Path == name && strings.Contains(strings.Join(c.Because, " "), "imported") {
			return true
		}
		if c.Path == name && c.Actions[0] == "delete" && j.leaves(c.Address) {
			return true
		}
		for _, k := range c.Keys {
			if c.Path == name && strings.Contains(k.Before, u) {
				return true
			}
		}
	}
	return false
}

// deletionsStay: a line of the spec that the user deleted from a shared file does
// not come back, unless the spec changed it.
func (j *judge) deletionsStay(name, text string) {
	j.Helper()
	for _, o := range j.was[name] {
		base := j.before.files[planner.BaseDir+"/"+strings.TrimPrefix(o.Rendered, "sha256:")].text
		if planner.RenderedDigest([]byte(base)) != o.Rendered {
			continue // git merged it: it is no base any more
		}
		for _, line := range specLines.FindAllString(base, -1) {
			if !strings.Contains(j.before.files[name].text, line) && strings.Contains(text, line) {
				j.fail("the user deleted %s from %s, and it is back", line, name)
			}
		}
	}
}

var specLines = regexp.MustCompile(`s-\d{6}`)

// shared is a file of the user's that has parts of ours.
func (j *judge) shared(name, after string) {
	j.Helper()
	before := j.before.files[name].text
	if isKeys(name) {
		claimed, own := keyTokens(before)
		j.stay(name, after, own)
		j.reach(name, after, claimed)
		if was, is := ownLines(before), ownLines(after); !slices.Equal(was, is) {
			j.fail("the user's lines of %s were %q and are %q", name, was, is)
		}
		return
	}
	outside, regions := split(before)
	left, _ := split(after)
	// A region that goes may leave the line end that it brought.
	if strings.TrimRight(outside, "\r\n") != strings.TrimRight(left, "\r\n") {
		j.fail("what is the user's in %s was %q and is %q", name, outside, left)
	}
	j.reach(name, after, tokens.FindAllString(regions, -1))
}

func isKeys(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".toml" || ext == ".yaml" || ext == ".json"
}

var claimedLine = regexp.MustCompile(`\bk\d+"?\s*[=:]`)

// keyTokens tells tokens at keys that are ours from the others.
func keyTokens(text string) (claimed, own []string) {
	for line := range strings.Lines(text) {
		found := tokens.FindAllString(line, -1)
		if claimedLine.MatchString(line) {
			claimed = append(claimed, found...)
		} else {
			own = append(own, found...)
		}
	}
	return claimed, own
}

// ownLines are the lines that only the user can have written.
func ownLines(text string) (out []string) {
	for line := range strings.Lines(text) {
		if tokens.MatchString(line) && !strings.Contains(line, "[") && !claimedLine.MatchString(line) || strings.Contains(line, "own") {
			out = append(out, strings.TrimRight(line, ",\r\n"))
		}
	}
	return out
}

var marker = regexp.MustCompile(`^\s*# (>>>|<<<) mlops `)

// split parts the user's lines from regions.
func split(text string) (outside, regions string) {
	inside := false
	for line := range strings.Lines(text) {
		switch m := marker.FindStringSubmatch(line); {
		case m != nil:
			inside = m[1] == ">>>"
		case inside:
			regions += line
		default:
			outside += line
		}
	}
	return outside, regions
}

// reachable are the tokens in any object that a ref leads to, or the index.
func (w *world) reachable() map[string]bool {
	w.Helper()
	var names strings.Builder
	for line := range strings.Lines(w.git("rev-list", "--objects", "--all")) {
		names.WriteString(strings.Fields(line)[0] + "\n")
	}
	out := map[string]bool{}
	for _, u := range tokens.FindAllString(w.feed(names.String(), "cat-file", "--batch"), -1) {
		out[u] = true
	}
	return out
}

// nothingLost: every token that the user did not give up is on disk or can be had
// from git.
func (w *world) nothingLost() {
	w.Helper()
	have := w.reachable()
	for _, e := range w.files() {
		for _, u := range tokens.FindAllString(e.text, -1) {
			have[u] = true
		}
	}
	for u := range w.written {
		if !have[u] && !w.given[u] {
			w.fail("%s is lost: it is neither on disk nor in git", u)
		}
	}
}

// quiet is the law that an apply is followed by an empty plan.
func (w *world) quiet(committed bool) {
	w.Helper()
	if r := w.mlops("plan", "--detailed-exitcode"); r.code != 0 {
		w.fail("the plan after an apply is not empty: %s", r)
	}
	p, _ := w.plan()
	if len(p.Changes) > 0 || p.Lock != nil || committed && len(p.Leftover) > 0 {
		w.fail("after an apply something is left to do: %s, lock %v, store %v, leftover %v", describe(p), p.Lock, p.Store, p.Leftover)
	}
	if len(p.Store) > 0 {
		w.fail("after an apply merge bases are left to do: %v", p.Store)
	}
}
