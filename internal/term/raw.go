package term

import (
	"errors"
	"os"

	xterm "golang.org/x/term"
)

// Raw makes the input terminal hand over every key as it is pressed, without showing
// it, and returns what puts it back as it was. It fails when the input is no terminal.
func (s *Streams) Raw() (restore func() error, err error) {
	f, ok := s.In.(*os.File)
	if !ok {
		return nil, errors.New("the input is no terminal")
	}
	old, err := xterm.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	return func() error { return xterm.Restore(int(f.Fd()), old) }, nil
}
