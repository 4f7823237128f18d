package keys

import "fmt"

// SyntaxError says that a file cannot be read at all. Line and Column count from
// 1, in characters; Column is 0 where only the line is known.
type SyntaxError struct {
	Line, Column int
	Reason       string
}

func (e *SyntaxError) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Error says that a key cannot be read or changed in a file that is sound. Line
// is where the reason stands in the file, from 1, or 0 when it stands nowhere.
type Error struct {
	Key    Key
	Line   int
	Reason string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("key %s: %s", e.Key, e.Reason)
	}
	return fmt.Sprintf("key %s: line %d: %s", e.Key, e.Line, e.Reason)
}
