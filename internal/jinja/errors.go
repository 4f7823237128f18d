package jinja

import (
	"errors"
	"fmt"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// Error is what Jinja or Python would raise, with the place in the template.
type Error struct {
	// Class is the exception's class, for example "TemplateSyntaxError",
	// "UndefinedError" or "TypeError"; "LimitError" when a limit was met.
	Class string
	// Message is the text of the exception.
	Message string
	// Template is the name of the template; empty for one without a name.
	Template string
	// Line and Column are where it happened, from 1; 0 when it is not known.
	// Columns count code points.
	Line, Column int
}

// Error is "name:line:column: Class: message".
func (e *Error) Error() string {
	text := e.Class + ": " + e.Message
	if e.Message == "" {
		text = e.Class
	}
	name := e.Template
	if name == "" {
		name = "template"
	}
	if e.Line == 0 {
		return name + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", name, e.Line, e.Column, text)
}

// The classes of errors that Jinja defines.
const (
	classSyntax    = "TemplateSyntaxError"
	classAssertion = "TemplateAssertionError"
	classRuntime   = "TemplateRuntimeError"
	classUndefined = "UndefinedError"
	classNotFound  = "TemplateNotFound"
	classNotFounds = "TemplatesNotFound"
	classSecurity  = "SecurityError"
	classFilterArg = "FilterArgumentError"
	classLimit     = "LimitError"
)

// raise returns an error without a place, which the nearest node fills in.
func raise(class, format string, args ...any) error {
	return &Error{Class: class, Message: fmt.Sprintf(format, args...)}
}

func typeError(format string, args ...any) error {
	return pyvalue.Raise("TypeError", format, args...)
}

// isClass says whether err is an *Error of one of the classes.
func isClass(err error, classes ...string) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range classes {
		if e.Class == c {
			return true
		}
	}
	return false
}

// located gives err the place p in t, unless it has one.
func (t *Template) located(err error, p pos) error {
	var e *Error
	var py *pyvalue.Error
	var lim *pyvalue.LimitError
	switch {
	case errors.As(err, &e):
		if e.Line != 0 {
			return err
		}
		e = &Error{Class: e.Class, Message: e.Message}
	case errors.As(err, &py):
		e = &Error{Class: py.Class, Message: py.Message}
	case errors.As(err, &lim):
		e = &Error{Class: classLimit, Message: lim.Error()}
	default:
		return err
	}
	e.Template = t.name
	e.Line, e.Column = int(p.line), t.column(p)
	return e
}

// repr is Python's repr of a text.
func repr(s string) string {
	r, err := pyvalue.Repr(nil, pyvalue.String(s))
	if err != nil {
		return "'" + s + "'"
	}
	return r
}
