package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// record is the type of an object: a name alone is text that must be there, one
// that ends in "?" text, in "!" a truth value, in "*" a list of text, all of
// which may be left out.
func record(names ...string) cty.Type {
	types := map[string]cty.Type{}
	var optional []string
	for _, n := range names {
		t, name := cty.String, strings.TrimRight(n, "?!*")
		switch n[len(name):] {
		case "!":
			t = cty.Bool
		case "*":
			t = cty.List(cty.String)
		}
		if name != n {
			optional = append(optional, name)
		}
		types[name] = t
	}
	return cty.ObjectWithOptionalAttrs(types, optional)
}

// itemsAttr is the attribute of the kinds that are a list of objects.
func itemsAttr(item cty.Type, doc string) schema.Attr {
	return schema.Attr{Name: "items", Type: cty.List(item), Required: true, Doc: doc}
}

// bodyAttr is the attribute of the kinds that are prose.
func bodyAttr() schema.Attr {
	return schema.Attr{Name: "body", Type: cty.String, Required: true, Doc: "Markdown; its headings must be deeper than the section's."}
}

// items are the objects of a list that must have some. use is called for each,
// and what it found wrong is kept.
func (r *request) items(name string, use func(*fields)) {
	list := r.objects(name)
	if len(list) == 0 {
		r.fail(name, "The list of "+name+" is empty", "Name one, or leave the section out")
	}
	r.each(list, use)
}

// each calls use for each object and keeps what it found wrong.
func (f *fields) each(list []*fields, use func(*fields)) {
	for _, g := range list {
		use(g)
		f.adopt(g)
	}
}

// need is a plain text field on one line that must be there.
func (f *fields) need(name string) string {
	s := f.line(name)
	if s == "" {
		f.failIn(name, "is missing", "Add it")
	}
	return s
}

// inline is a field of inline Markdown on one line.
func (f *fields) inline(name string) string {
	s := strings.TrimSpace(f.text(name))
	if reason, fix := notInline(s); reason != "" {
		f.failIn(name, reason, fix)
	}
	return s
}

// notInline says why s is not inline Markdown on one line; "" when it is.
func notInline(s string) (reason, fix string) {
	if len(s) > maxLine {
		return fmt.Sprintf("is longer than %d bytes", maxLine), "Shorten it"
	}
	if strings.Contains(s, "\n") {
		return "has more than one line", "Write it on one line"
	}
	if o := outline(s); o.open != "" {
		return "opens " + o.open + " and never closes it, so it would swallow what follows", "Close it"
	} else if len(o.heads) > 0 {
		return "is a heading", "Put a backslash before the #"
	}
	return "", ""
}

// needInline is inline for a field that must be there.
func (f *fields) needInline(name string) string {
	s := f.inline(name)
	if s == "" {
		f.failIn(name, "is missing", "Add it")
	}
	return s
}

// inlines is a list of inline Markdown, each element on one line.
func (f *fields) inlines(name string) []string {
	list := f.texts(name)
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
		if reason, fix := notInline(list[i]); reason != "" {
			f.failAt(name, i, reason, fix)
		}
	}
	return list
}

// failAt is failIn for element i of a list of text.
func (f *fields) failAt(name string, i int, reason, fix string) {
	what := fmt.Sprintf("Element %d of %s", i+1, name)
	if f.place != "" {
		what += " of " + f.place
	}
	f.fail(first(f.attr, name), what+" "+reason, fix)
}

// choice is a field that holds one of some words; the first stands for an absent
// one.
func (f *fields) choice(name string, words ...string) string {
	s := first(f.line(name), words[0])
	if !slices.Contains(words, s) {
		f.failIn(name, "is none of "+strings.Join(words, ", "), "Write one of them")
		return words[0]
	}
	return s
}

// shellLines are the shell commands in a field.
func (f *fields) shellLines(name string) []string {
	list := f.texts(name)
	for i, c := range list {
		if strings.HasPrefix(strings.TrimSpace(c), "$ ") {
			f.failAt(name, i, "begins with a prompt", "Leave out the $, so that the line can be copied")
		}
		lines := strings.Split(trimBlankLines(c), "\n")
		for j := range lines {
			lines[j] = strings.TrimRight(lines[j], " \t")
		}
		list[i] = strings.Join(lines, "\n")
	}
	return list
}
