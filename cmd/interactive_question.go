package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/mlops-as-code/mlops/planner"
)

// next says what follows an answer.
type next int

const (
	goOn      next = iota // the same plan holds
	planAgain             // the answer changed it
	askAgain              // nothing was decided
)

// question is what is asked about one group.
type question struct {
	c     *chooser
	s     *session
	p     *planner.Plan
	g     *group
	n, of int
}

// choice is one answer, and whether it makes sense here.
type choice struct {
	letter, word string
	offered      bool
	do           func(ctx context.Context) (next, error)
	help         string
}

func (q *question) choices() []choice {
	stuck := q.g.stuck()
	return []choice{
		{"y", "[y]es", !stuck, q.take, "apply this change"},
		{"n", "[n]o", true, q.leave, "leave this change out; the next plan shows it again"},
		{"a", "[a]dopt", q.edited(), q.adopt, "write the outside edit into the spec instead of undoing it"},
		{"m", "[m]erge", q.mergeable(), q.merge, "settle the conflict: the spec's version, yours, both or edited"},
		{"v", "[v]iew", true, q.view, "show this change again, with its whole diff"},
		{"e", "[e]dit spec", q.place() != nil, q.edit, "open the spec where it speaks of this, and plan again"},
		{"q", "[q]uit", true, func(context.Context) (next, error) { return goOn, quit() }, "end here; none of the changes is applied"},
		{"A", "[A]ll the rest", !stuck, q.rest, "apply this change and all that follow, but for conflicts"},
	}
}

// settle asks until the group is decided.
func (q *question) settle(ctx context.Context) (next, error) {
	switch {
	case q.c.no[q.g.print]:
		return q.exclude()
	case q.c.decided(q.g):
		return q.take(ctx)
	}
	if !q.c.seen[q.g.print] {
		if _, err := q.view(ctx); err != nil {
			return goOn, err
		}
	}
	choices := slices.DeleteFunc(q.choices(), func(c choice) bool { return !c.offered })
	for {
		answer, err := q.c.a.Streams.Ask(q.c.in, q.prompt(choices))
		if err != nil {
			return goOn, err
		}
		i := slices.IndexFunc(choices, func(c choice) bool { return c.letter == answer })
		if i < 0 {
			q.explain(answer, choices)
			continue
		}
		then, err := choices[i].do(ctx)
		if err == nil && then == goOn {
			q.c.answered++
		}
		if err != nil || then != askAgain {
			return then, err
		}
	}
}

func (q *question) prompt(choices []choice) string {
	var words []string
	for _, c := range choices {
		words = append(words, c.word)
	}
	return fmt.Sprintf("\n(%d of %d) %s\n%s, [?] help? ", q.n, q.of, q.g.title(), strings.Join(words, ", "))
}

// explain answers what is none of the choices.
func (q *question) explain(answer string, choices []choice) {
	if answer != "?" {
		q.say("answer with one of the letters in brackets; ? explains them")
		return
	}
	for _, c := range choices {
		q.say(c.letter + "  " + c.help)
	}
}

func (q *question) say(text string) {
	fmt.Fprintf(q.c.a.Streams.Err, "  %s\n", strings.ReplaceAll(show.Text(text), "\n", "\n  "))
}

// edited reports whether there is an outside edit that the spec could take over.
// One that is merged with the spec is not: it stays in any case.
func (q *question) edited() bool {
	if _, resolved := q.c.flags.resolve[q.g.path]; resolved || q.g.stuck() {
		return false
	}
	return q.g.any(func(c *planner.Change) bool {
		return c.Range != nil && (c.Drift == "modified" || c.Drift == "mode" || slices.ContainsFunc(c.Keys, func(k planner.KeyChange) bool { return k.Drift }))
	})
}

// mergeable reports whether a version of a shared file settles the conflict.
func (q *question) mergeable() bool {
	if !q.g.stuck() || q.s.tree == nil {
		return false
	}
	shared := slices.ContainsFunc(q.s.tree.Entries, func(e planner.Entry) bool {
		return string(e.Path) == q.g.path && e.Ownership == "shared"
	})
	return shared && q.resolver().choose(q.p, []string{q.g.path}) == nil
}

// resolver is what `mlops resolve` asks with.
func (q *question) resolver() *resolver {
	s := *q.s // it narrows the session to what it resolves
	o := &resolveOptions{applyOptions: *q.c.o}
	o.planFlags = q.c.flags
	o.resolve = map[string]planner.Resolution{}
	return &resolver{s: &s, o: o, in: q.c.in}
}

// place is where the spec speaks of the group; nil is nowhere.
func (q *question) place() *planner.Range {
	for i := range q.g.changes {
		if r := q.g.changes[i].Range; r != nil {
			return r
		}
	}
	return nil
}

func (q *question) take(context.Context) (next, error) {
	q.c.yes[q.g.print] = true
	return goOn, nil
}

func (q *question) rest(ctx context.Context) (next, error) {
	q.c.all, q.c.unsure = true, true
	return q.take(ctx)
}

// leave keeps the group out of this apply.
func (q *question) leave(context.Context) (next, error) {
	q.c.unsure = true
	return q.exclude()
}

func (q *question) exclude() (next, error) {
	known := len(q.c.flags.excludes)
	for i := range q.g.changes {
		if address := q.g.changes[i].Address; !slices.Contains(q.c.flags.excludes, address) {
			q.c.flags.excludes = append(q.c.flags.excludes, address)
		}
	}
	if len(q.c.flags.excludes) == known {
		return goOn, fmt.Errorf("%s: cannot be left out: %s", q.g.path, q.g.changes[0].Message)
	}
	q.c.no[q.g.print] = true
	q.c.left++
	return goOn, nil
}

// view shows the group by itself and whole, however long its diff.
func (q *question) view(context.Context) (next, error) {
	a := q.c.a
	q.c.seen[q.g.print] = true
	return askAgain, q.p.Only(q.g.path).WriteText(a.Streams.Out, planner.TextOptions{Color: a.colors(a.Streams.OutTTY)})
}

// edit opens the spec where it speaks of the group.
func (q *question) edit(ctx context.Context) (next, error) {
	a, at := q.c.a, q.place()
	editor := a.editor()
	if editor == nil {
		q.say("neither VISUAL nor EDITOR is set; set one to edit the spec")
		return askAgain, nil
	}
	file := filepath.Join(a.root(), filepath.FromSlash(at.Filename))
	q.c.edited, q.c.unsure = opened(editor, file, at.Start.Line), true
	if err := a.runEditor(ctx, q.c.edited, false); err != nil {
		return q.failed(ctx, err)
	}
	return q.restart()
}

// adopt writes the outside edit into the spec.
func (q *question) adopt(ctx context.Context) (next, error) {
	if err := runAdopt(ctx, q.c.a, &adoptOptions{vars: q.c.flags.vars, paths: []string{q.g.path}}); err != nil {
		return q.failed(ctx, err)
	}
	q.c.answered++
	q.c.unsure = true
	return q.restart()
}

// restart plans from the start, because the spec may be another.
func (q *question) restart() (next, error) {
	q.c.restart()
	return planAgain, nil
}

// merge settles the conflict of a shared file and shows what comes of it.
func (q *question) merge(ctx context.Context) (next, error) {
	r := q.resolver()
	err := r.choose(q.p, []string{q.g.path})
	if err == nil {
		err = r.decide(ctx)
	}
	r.clear(err == nil)
	if err != nil {
		return q.failed(ctx, err)
	}
	q.c.flags.resolve[q.g.path] = r.o.resolve[q.g.path]
	q.c.unsure = true
	return planAgain, nil
}

// failed says why an answer came to nothing, and asks again, unless the person is
// gone.
func (q *question) failed(ctx context.Context, err error) (next, error) {
	if ctx.Err() != nil || errors.Is(err, term.ErrNoAnswer) {
		return goOn, err
	}
	if d, ok := errors.AsType[*diagError](err); ok {
		q.c.a.printDiags(d)
	} else {
		q.say(err.Error())
	}
	return askAgain, nil
}
