package readme

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Suggestion is a section of the user's own that a typed kind could be.
type Suggestion struct {
	// Index is the section's place among those given.
	Index int
	// Section is what it would be, with only those fields that are given. It says the
	// same heading.
	Section Section
	// Derived says that the content comes from the project; else it is in the fields.
	Derived bool
	// Why is a clause: what tells the kind.
	Why string
}

// Suggest finds the custom and verbatim sections that could be of a typed kind: known
// by their heading, in any of the languages, or by what they hold. A kind is only
// suggested where it renders: with fields that are read out of the text, with what
// stands around those before and after, or from what the project states. Sections with
// a body_file, with text before or after, or that are not of level 2 are left alone.
func Suggest(sections []Section, p Project) []Suggestion {
	var out []Suggestion
	taken := map[string]bool{}
	for _, s := range sections {
		taken[s.Kind] = true
	}
	for i, s := range sections {
		title, rest, ok := ownText(s, p)
		if !ok {
			continue
		}
		for _, guess := range kindsFor(title, rest) {
			if taken[guess.kind] {
				continue // there is one, and two would want a name each
			}
			if to, derived, ok := retyped(s, guess.kind, title, rest, p); ok {
				out = append(out, Suggestion{i, to, derived, guess.why})
				taken[guess.kind] = true
				break
			}
		}
	}
	return out
}

// ownText is the heading and the text of a section that has no kind yet.
func ownText(s Section, p Project) (title, rest string, ok bool) {
	r := request{fields: fields{value: s.Fields}}
	if s.Kind != "custom" && s.Kind != "verbatim" || r.given("body_file")+r.given("before")+r.given("after") != "" {
		return "", "", false
	}
	pieces, err := Pieces([]Section{s}, p)
	if err != nil || len(pieces) != 1 || pieces[0].Level != 2 {
		return "", "", false
	}
	// The heading has one line, or is underlined.
	head, rest, _ := strings.Cut(pieces[0].Text, "\n")
	if !atxLine().MatchString(head) {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	return plainText(pieces[0].Heading), strings.Trim(rest, "\n"), true
}

type guess struct{ kind, why string }

// kindsFor are the kinds that a section may be, the likeliest first.
func kindsFor(title, rest string) []guess {
	var out []guess
	if kind := titles()[plainTitle(title)]; kind != "" {
		out = append(out, guess{kind, "its heading says so"})
	}
	list := chunks(rest)
	for _, look := range looks() {
		if look.fits(list) && !slices.ContainsFunc(out, func(g guess) bool { return g.kind == look.kind }) {
			out = append(out, guess{look.kind, "it holds " + look.what})
		}
	}
	return out
}

//go:embed synonyms.txt
var synonyms string

// titles are the kinds by their plain headings: those of the catalogue in all
// languages, and what people write instead.
var titles = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	add := func(kind, title string) {
		if title = plainTitle(title); title != "" && out[title] == "" {
			out[title] = kind
		}
	}
	kinds := catalogue()
	for _, lang := range Languages() {
		book, _ := phrasebookOf(lang)
		for _, k := range kinds {
			if k.headed() && k.heading != "" && k.name != "custom" {
				add(k.name, book.phrase(k.heading))
			}
		}
	}
	for line := range strings.Lines(synonyms) {
		kind, all, _ := strings.Cut(strings.TrimSpace(line), " = ")
		for title := range strings.SplitSeq(all, ", ") {
			add(kind, title)
		}
	}
	return out
})

// plainTitle is a heading without case, emoji and punctuation.
func plainTitle(s string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && r != 0xfe0f || r == '\'' || r == '-' || r == '&' || r == '/' {
			return unicode.ToLower(r)
		}
		return ' '
	}, s))
}

// retyped is a section of the kind in the place of another one: one that changes
// nothing, else one that says what the text says, else a derived one.
func retyped(s Section, kind, title, rest string, p Project) (to Section, derived, ok bool) {
	own := func(fields map[string]cty.Value) (Section, bool) {
		if fields == nil {
			fields = map[string]cty.Value{}
		}
		if book, _ := phrasebookOf(p.Lang); title != book.phrase(Heading(kind)) {
			fields["title"] = cty.StringVal(title)
		}
		out := Section{Kind: kind, Ownership: s.Ownership, Fields: cty.ObjectVal(fields)}
		typed, ok := converted(out)
		return out, ok && fills(typed, []Section{typed}, p)
	}
	plain, derivable := own(nil)
	if derivable && same(plain, s, p) {
		return plain, true, true
	}
	list := chunks(rest)
	if fill := fillers()[kind]; fill != nil {
		if fields := fill(list); fields != nil {
			if filled, ok := own(fields); ok {
				if derivable && same(filled, plain, p) {
					return plain, true, true
				}
				return filled, false, true
			}
		}
	}
	if !derivable || kind == "background" {
		return Section{}, false, false
	}
	if before := prose(list); before != "" {
		if with, ok := own(map[string]cty.Value{"before": cty.StringVal(before)}); ok {
			return with, true, true
		}
	}
	return plain, true, true
}

// converted is a section with fields of the types that its kind has.
func converted(s Section) (Section, bool) {
	d := document{catalogue: catalogue()}
	k := d.kind(s.Kind)
	fields := s.Fields.AsValueMap()
	for _, a := range slices.Concat(k.attrs, commonAttrs(*k)) {
		v, given := fields[a.Name]
		if !given {
			continue
		}
		typed, err := convert.Convert(v, a.Type)
		if err != nil {
			return s, false
		}
		fields[a.Name] = typed
	}
	s.Fields = cty.ObjectVal(fields)
	return s, true
}

// same reports whether two sections are the same text.
func same(a, b Section, p Project) bool {
	a, _ = converted(a)
	b, _ = converted(b)
	x, err := Pieces([]Section{a}, p)
	y, fault := Pieces([]Section{b}, p)
	return err == nil && fault == nil && len(x) == 1 && len(y) == 1 && x[0].Text == y[0].Text
}

// prose is the text that stands before a table, list or code of which a derived
// section has its own.
func prose(list []chunk) string {
	at := slices.IndexFunc(list, func(c chunk) bool { return c.kind != "text" })
	if at <= 0 {
		return ""
	}
	return joined(list[:at])
}
