// Package readme makes README.md from typed sections: README as a document.
//
// A section has a kind, which says what its fields are and what it is derived
// from; a field that is given wins over what would be derived. Each kind, or a
// handful of like ones, is one file, and one line in the table of kinds.go. The
// headings and sentences of the kinds are English in the code; lang.go has them
// in other languages, and presets.go has orders of kinds. A field is either
// plain text, which is escaped and so renders literally, or Markdown, which
// stands as it was written; its description says which.
//
// What the package writes passes markdownlint's default rules and is a fixed
// point of Prettier's, the user's own Markdown aside. Where a rule cannot be
// kept (a long line in a code block), a pair of comments switches it off around
// just that block. Markdown of the user's is checked for what would reach
// beyond its section, and is never changed.
//
// What the project states about itself comes as facts; a section on data, models
// or pipelines is derived from them and from source files, such as the metrics of
// a stage. A source that a declared stage has yet to make is said to be so; any
// other missing one is a fault. Model and dataset cards and CITATION.cff are made
// from the same facts, and nothing is invented for them.
//
// Rendering is a pure function of what is handed in: source files come through
// Project.Read, and no network, clock or locale is asked. The package knows
// nothing of HCL, places in the spec, or what stands in README.md now.
package readme

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// Section is one section as the spec states it.
type Section struct {
	// Kind is the name of one of Kinds; Name tells two of a kind apart.
	Kind, Name string
	// ID names the section in markers and in the lock: letters, digits, dots, dashes
	// and underscores; empty is made from kind and name.
	ID string
	// Ownership is "spec", "shared" or "user"; empty is spec.
	Ownership string
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
	// Lang is the language of headings and boilerplate, one of Languages; a region
	// may follow it, as in "pt-BR". Empty means English.
	Lang string
	// Markers has comments enclose every section, and not only those without heading.
	Markers bool
	// Path is the README's own path; empty means README.md at the root. Links
	// are written relative to it.
	Path string
	// Translations are the languages of the README, this one too; nil is just this one.
	Translations []Translation
	// Files are the managed paths, sorted, with slashes, relative to the root.
	Files []string
	// Facts are what the project states about itself: datasets, stages, models and
	// so on. Sections are derived from them.
	Facts []Fact
	// Read returns a file by its path, with slashes and relative to the root: a
	// managed file as it is wanted, any other as it is on the disk. A file that is
	// not there is fs.ErrNotExist. What goes beyond MaxSource bytes need not be
	// read. Equal calls must give equal answers. Nil knows no file.
	Read func(path string) ([]byte, error)
	// Exists reports whether a path that is not managed is there too, for links.
	// It is nil when that is not known: then no path is said to be missing.
	Exists func(path string) bool

	// sections are those of the document.
	sections []Section
}

// Person is an author.
type Person struct{ Name, Email string }

// SectionError is a fault in one section, for the caller to point at.
type SectionError struct {
	// Index counts the sections from 0; it is -1 when the fault is in no section.
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
	if e.Index < 0 {
		place = "readme"
	}
	if e.Field != "" {
		place += ", " + e.Field
	}
	return place + ": " + e.Reason + ". " + e.Fix
}
