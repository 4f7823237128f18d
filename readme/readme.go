// Package readme makes README.md from typed sections: README as a document.
//
// A section has a kind, which says what its fields are and what it is derived
// from; a field that is given wins over what would be derived. Each kind is one
// file, named after it, and one line in the table of kinds.go. A field is either
// plain text, which is escaped and so renders literally, or Markdown, which
// stands as it was written; its description says which.
//
// What the package writes passes markdownlint's default rules and is a fixed
// point of Prettier's, the user's own Markdown aside. Where a rule cannot be
// kept (a long line in a code block), a pair of comments switches it off around
// just that block. Markdown of the user's is checked for what would reach
// beyond its section, and is never changed.
//
// Rendering is a pure function: no file, network, clock or locale is read. The
// package knows nothing of HCL, places in the spec, or what stands in README.md
// now.
package readme

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Section is one section as the spec states it.
type Section struct {
	// Kind is the name of one of Kinds; Name tells two of a kind apart.
	Kind, Name string
	// Fields is an object with the kind's attributes, each of the attribute's
	// type and null when left out.
	Fields cty.Value
}

// Project is what sections may be derived from. Empty means unknown.
type Project struct {
	Name, Title, Summary, Package string
	// License is an SPDX expression.
	License string
	// Python lists the supported versions, such as "3.12".
	Python  []string
	Authors []Person
	// Repository is the URL of the hosting page or of the git remote.
	Repository string
	// Path is the README's own path; empty means README.md at the root. Links
	// are written relative to it.
	Path string
	// Files are the managed paths, sorted, with slashes, relative to the root.
	Files []string
}

// Person is an author.
type Person struct{ Name, Email string }

// SectionError is a fault in one section, for the caller to point at.
type SectionError struct {
	// Index counts the sections from 0.
	Index int
	// Field is the attribute at fault; empty when it is the section itself.
	Field string
	// Reason and Fix are sentences without their period: what is wrong, and what
	// to do. They may hold text of the user's.
	Reason, Fix string
}

// Error is one line: the place, the reason and the remedy.
func (e *SectionError) Error() string {
	place := fmt.Sprintf("section %d", e.Index+1)
	if e.Field != "" {
		place += ", " + e.Field
	}
	return place + ": " + e.Reason + ". " + e.Fix
}

// Render makes the README: the sections in their order, LF line ends, one final
// newline, no BOM. Equal input gives equal bytes. The error is a *SectionError
// with the first fault.
func Render(sections []Section, p Project) ([]byte, error) {
	d := document{project: &p, catalogue: catalogue()}
	for i, s := range sections {
		if err := d.add(s); err != nil {
			err.Index = i
			return nil, err
		}
	}
	if err := d.late(); err != nil {
		return nil, err
	}
	var out []string
	for _, p := range d.parts {
		for _, b := range p.blocks() {
			out = append(out, b.guarded())
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return []byte(strings.Join(out, "\n\n") + "\n"), nil
}
