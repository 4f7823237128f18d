// Package term is the terminal as a value: the three streams, whether they are
// terminals, how wide they are and whether to colour.
//
// The package decides nothing about what is printed, keeps no state and reads no
// environment: what it needs is handed in.
package term

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	xterm "golang.org/x/term"
)

// Streams are the process's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// InTTY, OutTTY and ErrTTY tell whether each is a terminal.
	InTTY, OutTTY, ErrTTY bool
	// Width is the columns of the output terminal, 80 when it is none.
	Width int
}

// System wraps the three files of a process.
func System(in, out, err *os.File) *Streams {
	s := &Streams{In: in, Out: out, Err: err, Width: 80}
	s.InTTY, s.OutTTY, s.ErrTTY = isTTY(in), isTTY(out), isTTY(err)
	if w, _, e := xterm.GetSize(int(out.Fd())); e == nil && w > 0 {
		s.Width = w
	}
	return s
}

func isTTY(f *os.File) bool { return xterm.IsTerminal(int(f.Fd())) }

// Color decides whether to colour a stream: mode is "auto", "always" or "never";
// noColor is the NO_COLOR variable and term the TERM variable
// (https://no-color.org).
func Color(mode string, tty bool, noColor, term string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	default:
		return tty && noColor == "" && term != "dumb"
	}
}

// ErrNoAnswer says that the input ended before a question was answered.
var ErrNoAnswer = errors.New("no answer: the input ended")

// Ask prints a question to the error stream and reads one line.
func (s *Streams) Ask(r *bufio.Reader, question string) (string, error) {
	fmt.Fprint(s.Err, question)
	line, err := r.ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(s.Err)
		return "", ErrNoAnswer
	}
	return strings.TrimSpace(line), nil
}
