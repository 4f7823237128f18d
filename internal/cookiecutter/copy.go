package cookiecutter

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// patterns reads _copy_without_render; a text stands for its letters, as
// iterating over it gives them.
func (v *variables) patterns() ([]matcher, error) {
	x, ok := v.raw.GetStr("_copy_without_render")
	if !ok {
		return nil, nil
	}
	it, err := pyvalue.Iterate(v.budget, x)
	if err != nil {
		return nil, v.refuse("_copy_without_render", "_copy_without_render must be a list of patterns")
	}
	var out []matcher
	for {
		x, more, err := it.Next()
		if err != nil || !more {
			return out, err
		}
		s, ok := pyvalue.TextOf(x)
		if !ok {
			return nil, v.refuse("_copy_without_render", "_copy_without_render must be a list of patterns, and has a %s in it", x.TypeName())
		}
		if out = append(out, newMatcher(s)); len(out) > maxPatterns {
			return nil, v.refuse("_copy_without_render", "_copy_without_render has more than %d patterns", maxPatterns)
		}
	}
}

// copied says whether a path of the root is to be copied without rendering.
func (g *generation) copied(rel string) bool {
	return slices.ContainsFunc(g.patterns, func(m matcher) bool { return m.match(rel) })
}

const maxPatterns = 1000

// matcher is a pattern of Python's fnmatchcase, in which a star crosses
// slashes. Without re it is the text itself.
type matcher struct {
	text string
	re   *regexp.Regexp
}

func newMatcher(pattern string) matcher {
	if !strings.ContainsAny(pattern, "*?[") {
		return matcher{text: pattern}
	}
	re, err := regexp.Compile(`(?s)\A(?:` + translate(pattern) + `)\z`)
	if err != nil { // a range that ends before it begins: nothing is in it
		re = regexp.MustCompile(`[^\x00-\x{10FFFF}]`)
	}
	return matcher{re: re}
}

func (m matcher) match(name string) bool {
	if m.re == nil {
		return m.text == name
	}
	return m.re.MatchString(name)
}

func translate(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			out.WriteString(".*")
		case '?':
			out.WriteByte('.')
		case '[':
			set, n := class(pattern[i:])
			out.WriteString(set)
			i += n - 1
		default:
			j := i + 1
			for j < len(pattern) && strings.IndexByte("*?[", pattern[j]) < 0 {
				j++
			}
			out.WriteString(regexp.QuoteMeta(pattern[i:j]))
			i = j - 1
		}
	}
	return out.String()
}

// class is a set in brackets, or the bracket itself when nothing closes it.
func class(s string) (string, int) {
	body := s[1:]
	not := strings.HasPrefix(body, "!")
	from := 0
	if not {
		from = 1
	}
	end := -1
	if from < len(body) {
		if end = strings.IndexByte(body[from+1:], ']'); end >= 0 {
			end += from + 1
		}
	}
	if end < 0 {
		return `\[`, 1
	}
	var out strings.Builder
	for _, r := range body[from:end] {
		if r != '-' && r < 0x80 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	if not {
		return "[^" + out.String() + "]", end + 2
	}
	return "[" + out.String() + "]", end + 2
}

// copyDir copies a directory as it is, under a rendered name.
func (g *generation) copyDir(ctx context.Context, rel string, n *node) error {
	src := g.source(rel)
	s, err := g.name(ctx, src, g.project+"/"+rel)
	if err != nil {
		return err
	}
	dir := path.Clean(s)
	if !strings.HasPrefix(dir, g.project+"/") {
		return refuse(src, "its name renders to %q, which would replace the project itself", s)
	}
	g.notes = append(g.notes, Note{NoteCopied, src})
	return g.copyTree(ctx, copying{rel, dir, n})
}

// copying is a directory of the root on its way to one of the project.
type copying struct {
	rel, to string
	n       *node
}

func (g *generation) copyTree(ctx context.Context, c copying) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.mkdir(g.source(c.rel), c.to); err != nil {
		return err
	}
	dirs, _, err := g.directories(c.n)
	if err != nil {
		return err
	}
	for _, name := range sortedNames(dirs) {
		if err := g.copyTree(ctx, copying{path.Join(c.rel, name), c.to + "/" + name, dirs[name]}); err != nil {
			return err
		}
	}
	for _, name := range sortedNames(c.n.files) {
		if dirs[name] != nil {
			continue
		}
		f, _, err := g.v.t.tree.follow(c.n.files[name])
		if err != nil {
			return err
		}
		if err := g.put(Output{c.to + "/" + name, f.Content, f.Executable, g.source(path.Join(c.rel, name))}); err != nil {
			return err
		}
	}
	return nil
}
