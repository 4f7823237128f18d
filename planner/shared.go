package planner

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/merge3"
)

// decideShared decides where a shared file is treated in another way than one of
// the spec: edits stay, and changes of the spec are merged into them.
func (c *change) decideShared(k class) bool {
	switch k {
	case classDeleted:
		c.drifted("keep")
		if c.o.Rendered == c.e.Rendered {
			c.resync()
		} else {
			c.conflict("was deleted outside mlops, and the spec has a new version of it; settle it with " + c.resolveCommand("spec|mine"))
		}
	case classDrift:
		if c.disk.Type != "file" {
			return false
		}
		c.drifted("keep")
		c.resync()
	case classBoth:
		if c.disk.Type != "file" {
			return false
		}
		c.merge()
	case classUnmanaged:
		if c.disk.Type != "file" || !c.d.sides.Intent.Imported(c.e.Address) {
			return false
		}
		c.keep("it is imported with its text")
	default:
		return false
	}
	return true
}

// keep records the user's bytes as they are, with what the spec wants as the base
// of later merges.
func (c *change) keep(why string) {
	if c.from != "" && c.disk.Type == "file" {
		c.put(c.disk.Content, c.disk.Mode, []string{why})
	} else {
		c.out.PreviousPath = ""
		c.out.Before, c.out.After = c.at.state(), c.at.state()
		c.add("adopt", []string{why})
	}
	next := c.object()
	next.Applied = RenderedDigest(c.disk.Content)
	if c.disk.Type != "file" {
		next.Applied = ""
	}
	c.set(next)
}

// merge brings the spec's change into the user's text, or reports the places that
// both changed.
func (c *change) merge() {
	res, err := c.threeWay()
	switch {
	case err != nil:
		c.drifted("refuse")
		c.conflict(fmt.Sprintf("both the user and the spec changed it, and it cannot be merged: %s; settle it with %s", inputFault(err), c.resolveCommand("spec|mine")))
	case len(res.Conflicts) > 0:
		c.drifted("refuse")
		c.out.Merge, c.out.Conflicts = "conflict", excerpts(res.Conflicts)
		c.out.Before = c.before(c.at)
		c.conflict(c.clash(res))
	default:
		c.drifted("merge")
		c.out.Merge = "clean"
		c.write(res.Text, because(c.e, c.o))
	}
}

// threeWay merges with the base, if that is still there, else without.
func (c *change) threeWay() (merge3.Result, error) {
	mine := c.disk.stored()
	if c.o == nil {
		return merge3.TwoWay(mine, c.e.Content)
	}
	base, ok := c.d.base(c.o.Rendered)
	if !ok {
		return merge3.TwoWay(mine, c.e.Content)
	}
	return merge3.Merge(base, mine, c.e.Content)
}

// ends compares a shared file with its base byte for byte: digests are of the LF
// form, and would take other line ends for none.
func (c *change) ends() {
	owner := ""
	if c.o != nil {
		owner = c.o.Ownership
	}
	if owner != "shared" || c.disk.Type != "file" || c.disk.Content == nil || RenderedDigest(c.disk.Content) != c.o.Rendered {
		return
	}
	base, ok := c.d.base(c.o.Rendered)
	if ok && !bytes.Equal(c.disk.Content, base) && !bytes.Equal(c.disk.stored(), base) && !bytes.Equal(c.disk.stored(), lfForm(base)) {
		copied := *c.disk
		copied.otherEnds = true
		c.disk = &copied
	}
}

func (c *change) clash(res merge3.Result) string {
	where := ""
	for i, x := range res.Conflicts {
		if i > 0 {
			where += ", "
		}
		where += lineRange(x.Mine)
	}
	without := ""
	if _, ok := c.d.base(c.o.Rendered); !ok {
		without = " (what was last rendered is not at hand, so nothing could be merged)"
	}
	return fmt.Sprintf("both the user and the spec changed it at %s%s; settle it with %s", where, without, c.resolveCommand("spec|mine|both|edit"))
}

// resolveCommand is what a person types to settle the conflict.
func (c *change) resolveCommand(takes string) string {
	path := c.out.Path
	if strings.ContainsFunc(path, func(r rune) bool { return !strings.ContainsRune(plainRunes, r) }) {
		path = "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return fmt.Sprintf("`mlops resolve %s --take=%s`", path, takes)
}

// plainRunes need no quotes in a shell.
const plainRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-+,:@%="

func lineRange(s merge3.Span) string {
	switch s.Lines {
	case 0:
		return fmt.Sprintf("line %d", s.Line)
	case 1:
		return fmt.Sprintf("line %d", s.Line)
	}
	return fmt.Sprintf("lines %d-%d", s.Line, s.Line+s.Lines-1)
}

func inputFault(err error) string {
	in, ok := errors.AsType[*merge3.InputError](err)
	if !ok {
		return err.Error()
	}
	return map[merge3.Side]string{merge3.Base: "what was last rendered", merge3.Mine: "the file", merge3.Theirs: "what the spec renders"}[in.Side] +
		" " + map[merge3.Fault]string{merge3.Binary: "is binary", merge3.NotUTF8: "is not UTF-8", merge3.TooLarge: "is too large", merge3.TooLong: "has too many lines"}[in.Fault]
}

func excerpts(list []merge3.Conflict) []Conflict {
	out := make([]Conflict, len(list))
	for i, x := range list {
		out[i] = Conflict{Mine: excerpt(x.Mine), Theirs: excerpt(x.Theirs)}
		if x.Base.Line > 0 {
			base := excerpt(x.Base)
			out[i].Base = &base
		}
	}
	return out
}

func excerpt(s merge3.Span) Excerpt { return Excerpt{s.Line, s.Lines, string(s.Text)} }
