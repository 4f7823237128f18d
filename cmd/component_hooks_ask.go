package cmd

import (
	"bufio"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/hookrun"
	"github.com/mlops-as-code/mlops/internal/show"
)

// firstLines is how much of a script is shown before the question; --json has it all.
const firstLines = 12

// consent finds out for each print whether it may run: by flag, by what the user has
// trusted before, or by asking. Nothing in the project can answer.
func (h *hooking) consent(ctx context.Context) error {
	file := h.f.s.trust()
	said := map[string]bool{}
	for _, one := range h.found {
		known, err := file.Has(one.job)
		if err != nil {
			return err
		}
		if one.trusted = said[one.job.Print] || known || slices.Contains(h.flags.trust, one.job.Print); one.trusted {
			continue
		}
		if err := h.ask(ctx, one); err != nil {
			return err
		}
		if err := file.Add(one.job); err != nil {
			return err
		}
		one.trusted, said[one.job.Print] = true, true
	}
	return nil
}

// ask shows what would run and takes only yes for an answer.
func (h *hooking) ask(ctx context.Context, one *hooked) error {
	a := h.f.s.a
	if h.f.json {
		return h.untrusted(one)
	}
	h.describe(one)
	if !a.Streams.InTTY {
		return h.untrusted(one)
	}
	in := bufio.NewReader(&patient{ctx: ctx, r: a.Streams.In})
	answer, err := a.Streams.Ask(in, "\nTrust these hooks and run them? Only 'yes' is accepted: ")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	if answer != "yes" {
		return &failure{kind: "aborted", msg: "the hooks were not run; nothing was written"}
	}
	return nil
}

func (h *hooking) untrusted(one *hooked) error {
	return &failure{
		kind: "trust", json: h.f.json, more: map[string]any{"hooks": h.report()},
		msg: fmt.Sprintf("%s: its hooks are not trusted, and there is no terminal to ask on; nothing was run. Once you have read them, give --trust %s", one.address, one.job.Print),
	}
}

// describe shows the hooks of a job.
func (h *hooking) describe(one *hooked) {
	w := h.f.s.a.Streams.Out
	at := ""
	if one.job.Commit != "" {
		at = " at " + one.job.Commit
	}
	fmt.Fprintf(w, "%s has hooks, from %s%s:\n", show.Line(one.address), show.Line(one.job.Source), show.Line(at))
	for _, k := range one.job.Hooks {
		with := h.interpreter(k)
		lines := strings.Split(strings.TrimRight(string(k.Text), "\n"), "\n")
		fmt.Fprintf(w, "\n  %s  %s  sha256:%s\n  run with %s; %s\n\n", k.Name, show.Line(k.Path), k.Digest, show.Line(with), count(len(lines), "line"))
		if len(k.Text) == 0 {
			fmt.Fprint(w, "    (its text is known once pre_prompt has run)\n")
			continue
		}
		for _, line := range lines[:min(firstLines, len(lines))] {
			fmt.Fprintf(w, "    %s\n", show.Clip(strings.TrimRight(line, "\r"), 160))
		}
		if len(lines) > firstLines {
			fmt.Fprintf(w, "    ... %s more; --json has the whole text\n", count(len(lines)-firstLines, "line"))
		}
	}
	fmt.Fprintf(w, "\nHooks are programs: they can do what you can. They run once, on a copy in a temporary\nfolder, without your environment, for %s each at most; what they did to the files of\nthe project is shown as a plan, and recorded.\nPrint: %s\n", h.flags.limit, one.job.Print)
}

// interpreter is the command that runs a hook, or why there is none.
func (h *hooking) interpreter(k cookiecutter.Hook) string {
	words, err := hookrun.Interpreter(path.Base(k.Path), k.Text, h.f.s.a.Env)
	if err != nil {
		return err.Error()
	}
	return strings.Join(words, " ")
}

// hookReport is how the commands report one rendering with hooks.
type hookReport struct {
	Address string `json:"address"`
	Source  string `json:"source"`
	Commit  string `json:"commit,omitempty"`
	Print   string `json:"print"`
	Trusted bool   `json:"trusted"`
	// Hooks are the scripts, in the order they run.
	Hooks  []scriptReport `json:"hooks"`
	Record string         `json:"record,omitempty"`
	Effect *effectReport  `json:"effect,omitempty"`
}

type scriptReport struct {
	Name        string `json:"name"`
	Path        string `json:"path"`
	Digest      string `json:"digest"`
	Interpreter string `json:"interpreter"`
	Text        string `json:"text"`
	Output      string `json:"output,omitempty"`
}

type effectReport struct {
	Added   []string `json:"added"`
	Changed []string `json:"changed"`
	Deleted []string `json:"deleted"`
	Ignored []string `json:"ignored"`
}

func (h *hooking) report() []hookReport {
	out := []hookReport{}
	for _, one := range h.found {
		r := hookReport{Address: one.address, Source: one.job.Source, Commit: one.job.Commit, Print: one.job.Print, Trusted: one.trusted, Record: one.record}
		for _, k := range one.job.Hooks {
			s := scriptReport{Name: k.Name, Path: k.Path, Digest: "sha256:" + k.Digest, Interpreter: h.interpreter(k), Text: string(k.Text)}
			if one.out != nil {
				for _, o := range one.out.Output {
					if o.Path == k.Path {
						s.Output = string(o.Text)
					}
				}
			}
			r.Hooks = append(r.Hooks, s)
		}
		if one.out != nil {
			r.Effect = one.effect()
		}
		out = append(out, r)
	}
	return out
}

// effect is what became of which files.
func (o *hooked) effect() *effectReport {
	out := &effectReport{[]string{}, []string{}, []string{}, list(o.out.Ignored)}
	for _, c := range o.out.Effect.Project {
		had := slices.ContainsFunc(o.out.Before, func(f effect.File) bool { return f.Path == c.Path })
		switch {
		case c.Delete:
			out.Deleted = append(out.Deleted, c.Path)
		case had:
			out.Changed = append(out.Changed, c.Path)
		default:
			out.Added = append(out.Added, c.Path)
		}
	}
	return out
}

// tell says what ran, and what came of it.
func (h *hooking) tell() {
	w := h.f.s.a.Streams.Out
	for _, address := range h.silent {
		fmt.Fprintf(w, "%s: the template has no hooks.\n", show.Line(address))
	}
	for _, one := range h.found {
		for _, o := range one.out.Output {
			lines := tail(o.Text, 20)
			if len(lines) == 0 {
				fmt.Fprintf(w, "%s: %s ran.\n", show.Line(one.address), show.Line(o.Path))
				continue
			}
			fmt.Fprintf(w, "%s: %s ran, and printed:\n  %s\n", show.Line(one.address), show.Line(o.Path), strings.Join(lines, "\n  "))
		}
		e := one.effect()
		fmt.Fprintf(w, "%s: %d added, %d changed, %d deleted by hooks; recorded in %s.\n", show.Line(one.address), len(e.Added), len(e.Changed), len(e.Deleted), one.record)
		if len(e.Ignored) > 0 {
			fmt.Fprintf(w, "  left out: %s\n", show.Clip(strings.Join(e.Ignored, ", "), 300))
		}
	}
}
