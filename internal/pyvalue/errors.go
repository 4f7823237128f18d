package pyvalue

import (
	"errors"
	"fmt"
	"slices"
)

// Error is an exception CPython would raise, with its class name ("TypeError")
// and str() of the exception as Message.
type Error struct {
	Class   string
	Message string
}

// Error is "Class: message", as the last line of a traceback has it.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Class
	}
	return e.Class + ": " + e.Message
}

// Raise returns an *Error of a class with a formatted message.
func Raise(class, format string, args ...any) error {
	return &Error{Class: class, Message: fmt.Sprintf(format, args...)}
}

// IsRaised says whether err is or wraps an *Error of one of the classes. Class
// "LookupError" also matches KeyError and IndexError, "ArithmeticError"
// OverflowError and ZeroDivisionError, "ValueError" the Unicode and JSON
// errors, "Exception" all.
func IsRaised(err error, classes ...string) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return slices.Contains(classes, e.Class) || slices.Contains(classes, base(e.Class)) || slices.Contains(classes, "Exception")
}

func base(class string) string {
	switch class {
	case "KeyError", "IndexError":
		return "LookupError"
	case "OverflowError", "ZeroDivisionError":
		return "ArithmeticError"
	case "UnicodeEncodeError", "UnicodeDecodeError", "JSONDecodeError":
		return "ValueError"
	case "RecursionError", "NotImplementedError":
		return "RuntimeError"
	}
	return ""
}

// LimitError says that a computation was stopped because it went beyond a
// limit of the interpreter, not because the template's Python would fail.
type LimitError struct {
	// What names the limit, for example "steps" or "memory".
	What string
	// Limit is the value of the limit, in steps, bytes, bits or levels.
	Limit int64
}

// Error names the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("limit of %d %s exceeded", e.Limit, e.What)
}
