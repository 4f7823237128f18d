package merge3

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/textdiff"
)

const (
	// MaxBytes is the size up to which a text is merged.
	MaxBytes = 64 << 20
	// MaxLines is the count of lines up to which a text is merged.
	MaxLines = 1 << 22
)

// Side names one of the texts of a merge.
type Side string

// The sides of a merge.
const (
	Base   Side = "base"
	Mine   Side = "mine"
	Theirs Side = "theirs"
)

// Fault says why a text cannot be merged.
type Fault int

const (
	// Binary is a text with a NUL among its first 8,000 bytes, git's rule.
	Binary Fault = iota + 1
	// NotUTF8 is a text with bytes that are not UTF-8.
	NotUTF8
	// TooLarge is a text of more than MaxBytes.
	TooLarge
	// TooLong is a text of more than MaxLines.
	TooLong
)

// InputError is the only error of this package: one text cannot be merged.
type InputError struct {
	Side  Side
	Fault Fault
	Line  int // of the first byte that is not UTF-8, from 1; 0 for other faults
}

// Error names the side and the fault.
func (e *InputError) Error() string {
	switch e.Fault {
	case Binary:
		return fmt.Sprintf("%s: binary, with a NUL among the first 8,000 bytes", e.Side)
	case NotUTF8:
		return fmt.Sprintf("%s: line %d is not UTF-8", e.Side, e.Line)
	case TooLarge:
		return fmt.Sprintf("%s: larger than %d bytes", e.Side, MaxBytes)
	}
	return fmt.Sprintf("%s: more than %d lines", e.Side, MaxLines)
}

// check returns why a text cannot be merged, or nil.
func check(side Side, b []byte) error {
	switch {
	case len(b) > MaxBytes:
		return &InputError{Side: side, Fault: TooLarge}
	case textdiff.IsBinary(b):
		return &InputError{Side: side, Fault: Binary}
	case countLines(b) > MaxLines:
		return &InputError{Side: side, Fault: TooLong}
	}
	if at := invalid(b); at < len(b) {
		return &InputError{Side: side, Fault: NotUTF8, Line: 1 + bytes.Count(b[:at], []byte{'\n'})}
	}
	return nil
}

// invalid returns the place of the first byte that is not UTF-8, or the size.
func invalid(b []byte) int {
	if utf8.Valid(b) {
		return len(b)
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n <= 1 {
			return at
		}
		at += n
	}
}
