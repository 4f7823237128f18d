package planner

import (
	"bytes"
	"errors"

	"github.com/mlops-as-code/mlops/readme"
)

// Composed is the README of an entry as an apply leaves it, given the file on disk:
// with its line ends, the edits that stay and the text that is nobody's section. A
// README that mlops does not manage yet is taken over for that. The error says that a
// person has to decide first, or that a marker has lost its other half.
func Composed(s Sides, e *Entry, d *Disk) ([]byte, error) {
	if d.Same && d.Content == nil { // known by its stat data, and not read
		return bytes.Clone(e.Content), nil
	}
	differ := &differ{sides: s}
	var was []readme.Was
	for i := range s.Lock.Objects {
		if o := &s.Lock.Objects[i]; o.Address == e.Address {
			was = sectionsOf(o)
		}
	}
	res, err := readme.Compose(readme.Sides{
		Disk: d.Content, Was: was, Want: e.Sections, Import: was == nil, Digest: sectionDigest,
		Base: func(digest string) (string, bool) {
			text, ok := differ.base(digest)
			return string(text), ok
		},
	})
	if err != nil {
		return nil, err
	}
	for _, o := range res.Outcomes {
		if o.Will == "refuse" {
			return nil, errors.New("has sections that a person must decide on first; see `mlops plan`")
		}
	}
	return bytes.Clone(res.Text), nil
}
