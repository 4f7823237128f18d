// Package lazy puts off work that would cost every start of the program, until it
// is needed for the first time.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that compiles the expression when it is first called,
// and panics then if it is malformed, as regexp.MustCompile does.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
