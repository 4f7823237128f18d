package cookiecutter

import (
	"regexp"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// slug holds the arguments of python-slugify's slugify.
type slug struct {
	text                           string
	entities, decimal, hexadecimal bool
	maxLength                      int64
	wordBoundary, saveOrder        bool
	separator                      string
	stopwords                      []string
	pattern                        *regexp.Regexp
	lowercase, unicode             bool
	replacements                   [][2]string
}

// slugifyFilter is the filter, which hands its arguments on to python-slugify.
func slugifyFilter(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	p, err := bind("slugify", args, "value", "entities", "decimal", "hexadecimal", "max_length", "word_boundary",
		"separator", "save_order", "stopwords", "regex_pattern", "lowercase", "replacements", "allow_unicode")
	if err != nil {
		return nil, err
	}
	s, err := readSlug(c.Budget(), p)
	if err != nil {
		return nil, err
	}
	if err := c.Budget().Alloc(int64(len(s.text)) * 4); err != nil {
		return nil, err
	}
	out, err := s.make(c.Budget())
	if err != nil {
		return nil, err
	}
	return pyvalue.String(out), nil
}

func readSlug(b *pyvalue.Budget, p map[string]pyvalue.Value) (*slug, error) {
	s := &slug{entities: true, decimal: true, hexadecimal: true, lowercase: true, separator: "-"}
	var ok bool
	if s.text, ok = pyvalue.TextOf(p["value"]); !ok {
		return nil, pyvalue.Raise("TypeError", "slugify() takes a text")
	}
	for name, to := range map[string]*bool{
		"entities": &s.entities, "decimal": &s.decimal, "hexadecimal": &s.hexadecimal, "word_boundary": &s.wordBoundary,
		"save_order": &s.saveOrder, "lowercase": &s.lowercase, "allow_unicode": &s.unicode,
	} {
		if x := p[name]; x != nil {
			on, err := pyvalue.Truth(b, x)
			if err != nil {
				return nil, err
			}
			*to = on
		}
	}
	if x := p["max_length"]; x != nil {
		if s.maxLength, ok = pyvalue.Int64Of(x); !ok {
			return nil, pyvalue.Raise("TypeError", "slugify() needs max_length as an int")
		}
	}
	if x := p["separator"]; x != nil {
		if s.separator, ok = pyvalue.TextOf(x); !ok {
			return nil, pyvalue.Raise("TypeError", "slugify() needs the separator as a text")
		}
	}
	return s, s.readLists(b, p)
}

func (s *slug) readLists(b *pyvalue.Budget, p map[string]pyvalue.Value) error {
	words, err := items(b, p["stopwords"])
	if err != nil {
		return err
	}
	for _, w := range words {
		text, ok := pyvalue.TextOf(w)
		if !ok {
			return pyvalue.Raise("TypeError", "slugify() needs the stopwords as texts")
		}
		s.stopwords = append(s.stopwords, text)
	}
	pairs, err := items(b, p["replacements"])
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		two, err := items(b, pair)
		if err != nil {
			return err
		}
		if len(two) != 2 {
			return pyvalue.Raise("ValueError", "slugify() needs the replacements as pairs")
		}
		from, ok1 := pyvalue.TextOf(two[0])
		to, ok2 := pyvalue.TextOf(two[1])
		if !ok1 || !ok2 {
			return pyvalue.Raise("TypeError", "slugify() needs the replacements as pairs of texts")
		}
		s.replacements = append(s.replacements, [2]string{from, to})
	}
	return s.readPattern(p["regex_pattern"])
}

func (s *slug) readPattern(x pyvalue.Value) error {
	text, _ := pyvalue.TextOf(x)
	if text == "" {
		return nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return pyvalue.Raise("ValueError", "slugify() cannot use the regex_pattern %q here: %s", text, err)
	}
	s.pattern = re
	return nil
}

// items are the elements of an iterable; none of None or of nothing.
func items(b *pyvalue.Budget, x pyvalue.Value) ([]pyvalue.Value, error) {
	if _, none := x.(pyvalue.None); none || x == nil {
		return nil, nil
	}
	it, err := pyvalue.Iterate(b, x)
	if err != nil {
		return nil, err
	}
	var out []pyvalue.Value
	for {
		v, more, err := it.Next()
		if err != nil || !more {
			return out, err
		}
		out = append(out, v)
	}
}
