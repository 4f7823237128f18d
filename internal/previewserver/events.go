package previewserver

import (
	"fmt"
	"net/http"
	"time"
)

// maxStreams is how many pages may be open at once.
const maxStreams = 32

// events tells a page when the project has changed. The project is looked at only
// while a page is open.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		refuse(w, http.StatusServiceUnavailable, "Too many pages of this preview are open.")
		return
	}
	defer s.streams.Add(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	c := http.NewResponseController(w)
	was, wait := s.state()
	send := func(text string) bool {
		// A page that does not read any more must not hold the stream.
		_ = c.SetWriteDeadline(time.Now().Add(10 * time.Second))
		_, err := fmt.Fprint(w, text)
		return err == nil && c.Flush() == nil
	}
	if !send("retry: 500\nevent: ready\ndata: 1\n\n") {
		return
	}
	spoke := time.Now()
	for {
		select {
		case <-s.done:
			send("event: end\ndata: 1\n\n")
			return
		case <-r.Context().Done():
			return
		case <-time.After(wait):
		}
		var now, text string
		if now, wait = s.state(); now != was {
			was, text = now, "event: changed\ndata: 1\n\n"
		} else if time.Since(spoke) > 15*time.Second {
			text = ": still here\n\n"
		}
		if text == "" {
			continue
		}
		if spoke = time.Now(); !send(text) {
			return
		}
	}
}

// state looks at the project and says when to look again: a large one that takes long
// to look at is looked at less often.
func (s *Server) state() (now string, wait time.Duration) {
	began := time.Now()
	now = s.o.Source.State()
	return now, max(s.o.Every, 20*time.Since(began))
}
