package cmd_test

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pty is a pseudo-terminal: what a program writes to its end, and who types at it.
type pty struct {
	t    *testing.T
	user *os.File // the person's side
	end  *os.File // the program's side
	mu   sync.Mutex
	text bytes.Buffer
	done chan struct{}
}

// openPty opens one of 80 columns (pts(4)).
func openPty(t *testing.T) *pty {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	fd := int(user.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err != nil {
		t.Fatal(err)
	}
	end, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &pty{t: t, user: user, end: end, done: make(chan struct{})}
	go p.listen()
	t.Cleanup(func() { end.Close(); user.Close() })
	return p
}

func (p *pty) listen() {
	defer close(p.done)
	buf := make([]byte, 4096)
	for {
		n, err := p.user.Read(buf)
		p.mu.Lock()
		p.text.Write(buf[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// seen is all that was written so far.
func (p *pty) seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// await waits until the text was written n times.
func (p *pty) await(text string, n int) {
	p.t.Helper()
	for range 2000 {
		if strings.Count(p.seen(), text) >= n {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.t.Fatalf("%q was not written; this was:\n%q", text, p.seen())
}

// keys types.
func (p *pty) keys(text string) {
	p.t.Helper()
	if _, err := p.user.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

// hangUp closes the program's side and returns all that was written. A read that was
// given up still holds it, and ends with a line.
func (p *pty) hangUp() string {
	p.t.Helper()
	p.keys("\n")
	p.end.Close()
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("the terminal does not close; written was:\n%q", p.seen())
	}
	return p.seen()
}
