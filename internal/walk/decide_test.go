package walk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/planner"
)

// decide is the user who settles the conflicts of a plan, one way or another. The
// later the round, the blunter the way.
func (w *world) decide(p *planner.Plan, round int) {
	w.Helper()
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Actions[0] == "conflict" {
			w.decideOne(c, round)
		}
	}
}

func (w *world) decideOne(c *planner.Change, round int) {
	w.Helper()
	switch {
	case c.Paste != "" && round < 6 && w.rng.IntN(4) > 0 && w.pastes(c):
	case strings.Contains(c.Message, "mlops resolve") && round < 8:
		w.resolves(c)
	case strings.Contains(c.Message, "line ") && c.Kind == "file_block" && round < 8:
		w.dropsMarkers(c.Path)
	case strings.Contains(c.Message, "--target"):
		w.makesRoom(c, round)
	case strings.Contains(c.Message, ", where a directory is needed"):
		w.clear(strings.Fields(c.Message)[0])
	case c.PreviousPath != "" && strings.HasPrefix(c.Message, c.PreviousPath):
		w.clear(c.PreviousPath)
	default:
		w.counts["moved away"]++
		w.clear(c.Path)
	}
}

// pastes puts the block that the message shows into the spec.
func (w *world) pastes(c *planner.Change) bool {
	return w.change("pastes "+strings.Join(strings.Fields(c.Paste), " "), func() {
		kind, _, _ := strings.Cut(c.Paste, " ")
		o := object{kind: kind, name: c.Address, destroy: w.rng.IntN(2) == 0}
		w.spec[w.specName("p")] = o
	})
}

// resolves settles two versions of a shared file with the command, by taking the
// spec's text, or by giving the spec's change up.
func (w *world) resolves(c *planner.Change) {
	w.Helper()
	if hasCommand("resolve") && w.rng.IntN(3) > 0 {
		take := pick(w.rng, []string{"spec", "mine", "both"})
		before := w.look()
		if r := w.mlops("resolve", c.Path, "--take="+take, "--auto-approve"); r.code != 0 {
			w.note("  resolve --take=%s %s: %s", take, c.Path, r)
			w.counts["resolve refuses"]++
			w.takesSpec(c)
			return
		}
		w.note("  resolve --take=%s %s", take, c.Path)
		w.counts["resolved"]++
		w.resolved(before, c, take)
		return
	}
	w.takesSpec(c)
}

// resolved: taking mine or both loses nothing, and taking the spec's keeps a way
// back.
func (w *world) resolved(before moment, c *planner.Change, take string) {
	w.Helper()
	from := c.Path
	if c.PreviousPath != "" {
		from = c.PreviousPath
	}
	text := w.read(c.Path)
	for _, u := range tokens.FindAllString(before.files[from].text, -1) {
		if !strings.Contains(text, u) && (take != "spec" || !w.reachable()[u]) {
			w.fail("resolve --take=%s lost %s of %s", take, u, from)
		}
	}
}

func hasCommand(name string) bool {
	c, _, err := cmd.Command().Find([]string{name})
	return err == nil && c.Name() == name
}

// takesSpec writes what the spec wants over the user's file, by hand.
func (w *world) takesSpec(c *planner.Change) {
	w.Helper()
	for _, o := range w.byPath()[c.Path] {
		if o.kind == "file" {
			from := c.Path
			if c.PreviousPath != "" {
				from = c.PreviousPath
			}
			w.note("  the user writes the spec's text to %s", from)
			if !w.vacant(from) {
				if info, err := os.Lstat(w.path(from)); err != nil || !info.Mode().IsRegular() {
					w.clear(from)
				}
			}
			w.edit(from, o.text())
			return
		}
	}
	w.clear(c.Path)
}

// makesRoom makes one move after the other, or gives the object a third path.
func (w *world) makesRoom(c *planner.Change, round int) {
	w.Helper()
	leaver, _, _ := strings.Cut(c.Message, " leaves this path")
	if round < 3 && w.targets(leaver) {
		return
	}
	for _, name := range w.names(w.isFile) {
		if o := w.spec[name]; o.address() == c.Address {
			o.at = fmt.Sprintf("third%d.txt", w.id())
			w.change("moves "+c.Address+" to "+o.at, func() { w.spec[name] = o })
		}
	}
}

// targets applies one object alone.
func (w *world) targets(address string) bool {
	w.Helper()
	saved := filepath.Join(w.base, "plan.json")
	r := w.mlops("plan", "--summary", "--target", address, "--out", saved)
	src, err := os.ReadFile(saved)
	if r.code != 0 || err != nil {
		return false
	}
	p, err := planner.Decode(src)
	if err != nil {
		w.fail("%v", err)
	}
	before := w.look()
	if r = w.mlops("apply", saved); r.code != 0 {
		w.note("  apply --target %s: %s", address, firstLine(r.err))
		return false
	}
	w.note("  apply --target %s: %s", address, describe(p))
	w.crashed = false
	w.counts["targeted"]++
	w.laws(p, before, r)
	return true
}

// dropsMarkers makes damaged regions the user's text.
func (w *world) dropsMarkers(name string) {
	w.note("  the user drops the markers of %s", name)
	lines := strings.SplitAfter(w.read(name), "\n")
	w.edit(name, strings.Join(slices.DeleteFunc(lines, marker.MatchString), ""))
}

// clear moves what stands in the way to a place of its own. A folder is committed
// so, since a clone would have it in the way again.
func (w *world) clear(name string) {
	w.Helper()
	to := fmt.Sprintf("kept/%d", w.id())
	w.note("  the user moves %s to %s", name, to)
	info, err := os.Lstat(w.path(name))
	if err != nil {
		return
	}
	w.moveAway(name, to)
	if info.IsDir() && !w.crashed {
		w.commitAll("a folder was in the way")
	}
}
