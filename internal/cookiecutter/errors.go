package cookiecutter

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/jinja"
)

// Error is why a template cannot be generated, with the place in it.
type Error struct {
	// Path is the file of the template, from the top of its tree.
	Path string
	// Line and Column are the place in the file, from 1; 0 when not known.
	Line, Column int
	// Reason says what is wrong and, where there is one, the way out.
	Reason string

	cause error
}

// Error is "path:line:column: reason", without what is not known.
func (e *Error) Error() string {
	place := e.Path
	if e.Line > 0 {
		place += ":" + strconv.Itoa(e.Line)
		if e.Column > 0 {
			place += ":" + strconv.Itoa(e.Column)
		}
	}
	return place + ": " + e.Reason
}

// Unwrap is the engine's error, if the fault is one.
func (e *Error) Unwrap() error { return e.cause }

func refuse(path, format string, args ...any) error {
	return &Error{Path: path, Reason: fmt.Sprintf(format, args...)}
}

// unknownWord says whether a message is about a filter, test or tag that Jinja
// does not have.
func unknownWord(message string) bool {
	return strings.HasPrefix(message, "No filter named ") || strings.HasPrefix(message, "No test named ") ||
		strings.HasPrefix(message, "Encountered unknown tag ")
}

// engineError is an error of a render; what says which part of path it was.
func engineError(path, what string, err error) error {
	var own *Error
	if errors.As(err, &own) { // of a file that is included
		return own
	}
	var e *jinja.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", path, err)
	}
	reason := e.Class
	if e.Message != "" {
		reason += ": " + e.Message
	}
	if unknownWord(e.Message) {
		reason += " If an extension in Python brings it, the template cannot be rendered here: generate it with Cookiecutter."
	}
	if strings.HasPrefix(e.Message, "'collections.OrderedDict object' has no attribute ") {
		reason += ": the template's " + manifestName + " has no such variable"
	}
	if what != "" {
		return &Error{Path: path, Reason: what + ": " + reason, cause: err}
	}
	return &Error{Path: path, Line: e.Line, Column: e.Column, Reason: reason, cause: err}
}
