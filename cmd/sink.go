package cmd

import (
	"fmt"
	"io"
)

// sink is the standard output. It keeps the first error of writing to it, because
// an answer that nobody got is no success.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// fault is the error of a run that ended with err: one that could not say what it
// had to say has failed too.
func (s *sink) fault(err error) error {
	if s.err == nil {
		return err
	}
	return fmt.Errorf("standard output: cannot be written: %w", bare(s.err))
}
