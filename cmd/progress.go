package cmd

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mlops-as-code/mlops/internal/gitfetch"
	"github.com/mlops-as-code/mlops/internal/show"
)

// progressAfter is how long something takes before anybody wants to know how far it
// is.
const progressAfter = time.Second

// progress is one line on a terminal that says how far something long is. It is gone
// when that is over. A nil one shows nothing.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	width int
	now   func() time.Time
	start time.Time
	shown bool
}

// newProgress starts now; it is nil where there is no terminal.
func (a *app) newProgress() *progress {
	if !a.Streams.ErrTTY || a.getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{w: a.Streams.Err, width: max(20, a.Streams.Width), now: a.Now, start: a.Now()}
}

// say replaces the line, once it has taken long enough. about is what may be cut.
func (p *progress) say(what, about string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	elapsed := p.now().Sub(p.start)
	if elapsed < progressAfter {
		return
	}
	p.shown = true
	// A line that wraps could not be erased.
	fmt.Fprintf(p.w, "\r\x1b[K%s", show.Clip(fmt.Sprintf("%s (%.0fs)%s", what, elapsed.Seconds(), about), p.width-1))
}

// done erases the line. What is said after it begins anew.
func (p *progress) done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.shown, p.start = false, p.now()
}

// steps tells how far an apply is.
func (p *progress) steps() func(done, total int, what string) {
	if p == nil {
		return nil
	}
	return func(done, total int, what string) { p.say(fmt.Sprintf("%s %d/%d", what, done, total), "") }
}

// fetches tells how far a transfer is.
func (p *progress) fetches() func(gitfetch.Progress) {
	if p == nil {
		return nil
	}
	return func(f gitfetch.Progress) {
		amount := ""
		if f.Total > 0 {
			amount = fmt.Sprintf(" %d/%d", f.Objects, f.Total)
		}
		if f.Bytes > 0 {
			amount += fmt.Sprintf(" %.1f MiB", float64(f.Bytes)/(1<<20))
		}
		p.say(f.Step+amount, " "+f.URL)
	}
}
