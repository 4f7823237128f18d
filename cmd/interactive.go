package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/mlops-as-code/mlops/planner"
)

// chooser asks about one change of a plan after the other. Whatever an answer
// changes is planned anew, so that plan and lock are always right.
type chooser struct {
	a  *app
	o  *applyOptions
	in *bufio.Reader
	// flags are what is planned: those given, without what was left out and with
	// what was resolved.
	flags planFlags
	// yes are the groups to apply and no those to leave out, by fingerprint: a
	// change that is not what it was when it was answered is asked about again.
	yes, no map[string]bool
	// seen are the groups that were shown.
	seen map[string]bool
	// all takes the rest without asking.
	all bool
	// left counts the groups that were left out.
	left int
	// answered counts the questions that were decided, over all plans.
	answered int
	// unsure is set by every answer but yes: the question at the end is asked then.
	unsure bool
	// edited is the editor and the spec it was last started with.
	edited []string
}

// group are the changes of one path.
type group struct {
	path    string
	changes []planner.Change
	print   string
}

// quit ends a run in which the person chose to write nothing.
func quit() error { return &failure{kind: "aborted", msg: "not applied; nothing was written"} }

func runInteractive(ctx context.Context, a *app, o *applyOptions) error {
	switch {
	case o.json || o.autoApprove || o.saved != "":
		return errors.New("--interactive asks about every change: it goes with none of --json, --auto-approve and a saved plan")
	case !a.Streams.InTTY:
		return &failure{kind: "aborted", msg: "--interactive needs a terminal to ask on"}
	}
	a.applying = true
	c := &chooser{
		a: a, o: o, in: bufio.NewReader(&patient{ctx: ctx, r: a.Streams.In}),
		yes: map[string]bool{}, no: map[string]bool{}, seen: map[string]bool{},
	}
	c.restart()
	err := c.run(ctx)
	switch {
	case ctx.Err() != nil && err != nil:
		return ctx.Err()
	case errors.Is(err, term.ErrNoAnswer):
		return quit()
	}
	return err
}

// restart plans as it was asked for; the answers stand for what is still the same.
func (c *chooser) restart() {
	c.flags, c.left = c.o.planFlags, 0
	c.flags.excludes = slices.Clone(c.o.excludes)
	c.flags.resolve = map[string]planner.Resolution{}
}

// errAgain says that an answer asks for a new plan.
var errAgain = errors.New("plan again")

// run plans and asks until every change of the plan has its answer.
func (c *chooser) run(ctx context.Context) error {
	for {
		s, p, err := c.a.plan(&c.flags)
		if err == nil {
			err = c.round(ctx, s, p)
		} else if c.edited != nil {
			err = c.repair(ctx, err)
		}
		s.close()
		if !errors.Is(err, errAgain) {
			return err
		}
	}
}

// round shows a plan, asks about what has no answer yet, and carries it out when
// nothing is left to ask.
func (c *chooser) round(ctx context.Context, s *session, p *planner.Plan) error {
	open := c.unanswered(p)
	switch {
	case len(open) == 0 && c.left > 0 && len(p.Changes) == 0:
		fmt.Fprintln(c.a.Streams.Out, "Nothing was chosen; nothing was written.")
		return nil
	case len(open) == 0:
		return c.settle(ctx, s, p)
	}
	if len(c.seen) == 0 {
		if err := c.a.printPlan(s, p, &planOptions{summary: c.o.summary}); err != nil {
			return err
		}
		for _, g := range open {
			c.seen[g.print] = true
		}
	}
	for i := range open {
		q := &question{c: c, s: s, p: p, g: &open[i], n: c.answered + 1, of: c.answered + c.toAsk(open[i:])}
		then, err := q.settle(ctx)
		if err != nil {
			return err
		}
		if then != goOn {
			break
		}
	}
	return errAgain
}

// toAsk counts the groups that an earlier answer does not decide.
func (c *chooser) toAsk(open []group) int {
	n := 0
	for i := range open {
		if !c.decided(&open[i]) {
			n++
		}
	}
	return n
}

func (c *chooser) decided(g *group) bool { return c.no[g.print] || c.all && !g.stuck() }

// repair lets the person correct a spec that was just edited.
func (c *chooser) repair(ctx context.Context, fault error) error {
	d, ok := errors.AsType[*diagError](fault)
	if !ok {
		return fault
	}
	c.a.printDiags(d)
	for {
		answer, err := c.a.Streams.Ask(c.in, "\nThe spec does not hold as it is. [e]dit it again, [q]uit? ")
		switch {
		case err != nil:
			return err
		case answer == "q":
			return quit()
		case answer == "e":
			if err := c.a.runEditor(ctx, c.edited, false); err != nil {
				return err
			}
			return errAgain
		}
	}
}

// unanswered groups the changes that no answer stands for.
func (c *chooser) unanswered(p *planner.Plan) []group {
	var out []group
	for _, g := range groups(p) {
		if !c.yes[g.print] {
			out = append(out, g)
		}
	}
	return out
}

// groups puts the changes of one path together.
func groups(p *planner.Plan) []group {
	var out []group
	for _, change := range p.Changes {
		if n := len(out); n == 0 || out[n-1].path != change.Path {
			out = append(out, group{path: change.Path})
		}
		g := &out[len(out)-1]
		g.changes = append(g.changes, change)
	}
	for i := range out {
		out[i].print = fingerprint(out[i].changes)
	}
	return out
}

// fingerprint stands for what changes would do, wherever the spec says so.
func fingerprint(changes []planner.Change) string {
	bare := slices.Clone(changes)
	for i := range bare {
		bare[i].Range, bare[i].Because = nil, nil
	}
	text, err := json.Marshal(bare)
	if err != nil {
		return "" // equal to none
	}
	return string(text)
}

// settle shows what was chosen in short and carries it out. It asks once more,
// unless each change was answered with yes.
func (c *chooser) settle(ctx context.Context, s *session, p *planner.Plan) error {
	o := *c.o
	o.planFlags, o.summary = c.flags, true
	o.autoApprove = !c.unsure && len(p.Changes) > 0
	streams := *c.a.Streams
	streams.In = c.in
	c.a.Streams = &streams // no editor needs the terminal any more
	if c.left > 0 {
		fmt.Fprintf(c.a.Streams.Out, "\nLeft out of this apply: %d\n", c.left)
	}
	return c.a.settle(ctx, s, p, &o)
}

// patient is a reader whose Read ends with the context. What is typed later is
// lost with it.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	type result struct {
		data []byte
		err  error
	}
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	done := make(chan result, 1)
	buf := make([]byte, len(b))
	go func() {
		n, err := p.r.Read(buf)
		done <- result{buf[:n], err}
	}()
	select {
	case <-p.ctx.Done():
		return 0, p.ctx.Err()
	case r := <-done:
		return copy(b, r.data), r.err
	}
}

// any reports whether one of the changes is so.
func (g *group) any(is func(*planner.Change) bool) bool {
	return slices.ContainsFunc(g.changes, func(c planner.Change) bool { return is(&c) })
}

// stuck reports whether the group cannot be applied as it is.
func (g *group) stuck() bool {
	return g.any(func(c *planner.Change) bool { return c.Actions[0] == "conflict" })
}

// title is one line that says what a group is.
func (g *group) title() string {
	words := map[string]string{
		"create": "create", "update": "change", "delete": "delete", "move": "move", "adopt": "record", "forget": "forget", "conflict": "CONFLICT",
	}
	return words[g.changes[0].Actions[0]] + " " + show.Line(g.path)
}
