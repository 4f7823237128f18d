package gitattr

import (
	"runtime"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// known are the attributes that decide what is stored, in the order of their
// numbers.
var known = [...]string{"text", "crlf", "eol", "filter", "ident", "working-tree-encoding"}

const (
	attrText = iota
	attrCRLF
	attrEOL
	attrFilter
	attrIdent
	attrEncoding
)

// Text says whether git takes a file for text.
type Text uint8

// The values of the text attribute, or of its predecessor crlf.
const (
	// Unspecified leaves the decision to core.autocrlf.
	Unspecified Text = iota
	// Set is text, Unset is not.
	Set
	Unset
	// Auto leaves the decision to the content.
	Auto
	// Input is text that is never given CR LF in the working tree.
	Input
)

// Attrs are the attributes of one path that decide what git stores for it.
type Attrs struct {
	Text Text
	// EOL is "lf", "crlf" or "".
	EOL string
	// Filter is the driver that git would run, "" for none. A driver that is
	// not configured does nothing and is left out, but for lfs: content
	// committed without it is broken for everyone else.
	Filter string
	// Ident is set when $Id$ is expanded.
	Ident bool
	// WorkingTreeEncoding is "" for UTF-8.
	WorkingTreeEncoding string
	// Problem says why the attributes are not known, "" when they are.
	Problem string

	action action
	strict bool // core.safecrlf=true
	native bool // text is checked out with CR LF
}

// action is what line endings undergo, once attributes and settings are
// combined.
type action uint8

const (
	keep action = iota
	textInput
	textCRLF
	auto // output as core.eol says
	autoInput
	autoCRLF
)

func (a action) guesses() bool { return a == auto || a == autoInput || a == autoCRLF }

// settings are what the configuration adds to the attributes.
type settings struct {
	autoCRLF, autoInput bool
	// nativeCRLF is set when text without eol is checked out with CR LF.
	nativeCRLF bool
	strict     bool
	ignoreCase bool
	// drivers names the filter drivers that do something to stored content.
	drivers map[string]bool
}

func loadSettings(c *gitconf.Config) (settings, error) {
	s := settings{drivers: map[string]bool{}}
	var err error
	if v, _ := c.Get("core.autocrlf"); strings.EqualFold(v, "input") {
		s.autoInput = true
	} else if s.autoCRLF, err = c.Bool("core.autocrlf", false); err != nil {
		return s, err
	}
	if v, _ := c.Get("core.safecrlf"); !strings.EqualFold(v, "warn") {
		if s.strict, err = c.Bool("core.safecrlf", false); err != nil {
			return s, err
		}
	}
	if s.ignoreCase, err = c.Bool("core.ignorecase", false); err != nil {
		return s, err
	}
	eol, _ := c.Get("core.eol")
	switch {
	case s.autoCRLF, s.autoInput:
		s.nativeCRLF = s.autoCRLF
	case strings.EqualFold(eol, "crlf"), strings.EqualFold(eol, "lf"):
		s.nativeCRLF = strings.EqualFold(eol, "crlf")
	default:
		s.nativeCRLF = runtime.GOOS == "windows"
	}
	return s, s.loadDrivers(c)
}

func (s *settings) loadDrivers(c *gitconf.Config) error {
	names := map[string]bool{}
	for e := range c.Entries() {
		rest, ok := strings.CutPrefix(e.Key, "filter.")
		if dot := strings.LastIndexByte(rest, '.'); ok && dot >= 0 {
			names[rest[:dot]] = true
		}
	}
	for name := range names {
		clean, _ := c.Get("filter." + name + ".clean")
		process, _ := c.Get("filter." + name + ".process")
		required, err := c.Bool("filter."+name+".required", false)
		if err != nil {
			return err
		}
		s.drivers[name] = clean != "" || process != "" || required
	}
	return nil
}

// attrs combines values, nil for none, with the settings.
func (s *settings) attrs(values []value) Attrs {
	a := Attrs{strict: s.strict, native: s.nativeCRLF}
	if values == nil {
		a.action = s.action(a)
		return a
	}
	a.Text = textOf(values[attrText])
	if a.Text == Unspecified {
		a.Text = textOf(values[attrCRLF])
	}
	if v := values[attrEOL]; v.kind == text && (v.text == "lf" || v.text == "crlf") {
		a.EOL = v.text
	}
	if v := values[attrFilter]; v.kind == text && (v.text == "lfs" || s.drivers[v.text]) {
		a.Filter = v.text
	}
	a.Ident = values[attrIdent].kind == set
	a.WorkingTreeEncoding = encodingOf(values[attrEncoding])
	a.action = s.action(a)
	return a
}

func textOf(v value) Text {
	switch {
	case v.kind == set:
		return Set
	case v.kind == unset:
		return Unset
	case v.kind == text && v.text == "input":
		return Input
	case v.kind == text && v.text == "auto":
		return Auto
	}
	return Unspecified
}

// encodingOf keeps the values that git dies on, so that they are refused too.
func encodingOf(v value) string {
	switch {
	case v.kind == set:
		return "true"
	case v.kind == unset:
		return "false"
	case v.kind != text || strings.EqualFold(v.text, "UTF-8") || strings.EqualFold(v.text, "UTF8"):
		return ""
	}
	return v.text
}

func (s *settings) action(a Attrs) action {
	switch {
	case a.Text == Unset:
		return keep
	case a.Text == Auto && a.EOL == "":
		return auto
	case a.Text == Auto && a.EOL == "lf":
		return autoInput
	case a.Text == Auto:
		return autoCRLF
	case a.EOL == "lf", a.EOL == "" && a.Text == Input:
		return textInput
	case a.EOL == "crlf":
		return textCRLF
	case a.Text == Set && s.nativeCRLF:
		return textCRLF
	case a.Text == Set:
		return textInput
	case s.autoCRLF:
		return autoCRLF
	case s.autoInput:
		return autoInput
	}
	return keep
}
