// Package previewserver shows the Markdown of one project in the browser of one
// person: a page with a bar of its own around a frame with the document, made anew
// whenever the project changes.
//
// It listens on the loopback address only. Every address begins with a random token;
// requests for another host's name, from pages of others, without the token or with
// any method but GET and HEAD are refused. Nothing can be changed through it, no
// program is started, and nothing is read but the project's own regular files, through
// no link and nothing of git's. The document stands in a sandboxed frame without
// scripts, and its policy lets it load from nowhere else.
package previewserver

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Source is the project as the server needs it. Its methods are called by several
// requests at once.
type Source interface {
	// Documents are the paths of what there is to see; the first is shown at first.
	Documents() []string
	// Markdown is a document as the plan makes it, or as it is on disk. The text of
	// the error is shown in its place.
	Markdown(name string, disk bool) ([]byte, error)
	// State changes whenever Markdown may answer something else.
	State() string
}

// Options say what is shown.
type Options struct {
	Source Source
	// Root is the project.
	Root *os.Root
	// Title is the name of the project.
	Title string
	// Disk shows files as they are on disk at first.
	Disk bool
	// RemoteImages lets documents load images of other sites.
	RemoteImages bool
	// Anchors makes what gives the headings of one document their ids.
	Anchors func() func(text string) string
	// Every is how often the project is looked at; 0 is a time that is right.
	Every time.Duration
}

// Server is a preview that listens.
type Server struct {
	o        Options
	listener net.Listener
	token    string
	// code opens the page once; see OpenURL.
	code  atomic.Pointer[string]
	hosts map[string]bool
	// working is full while a document is made into a page.
	working chan struct{}
	// streams counts the open event streams.
	streams atomic.Int32
	done    chan struct{}
}

// Listen opens a port of the loopback address; 0 takes one that is free.
func Listen(port int, o Options) (*Server, error) {
	if port < 0 || port > 65535 {
		return nil, fmt.Errorf("%d is no port: use 1 to 65535, or 0 for any that is free", port)
	}
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on 127.0.0.1: %w", err)
	}
	if o.Every == 0 {
		o.Every = 200 * time.Millisecond
	}
	_, port1, _ := net.SplitHostPort(l.Addr().String())
	return &Server{
		o: o, listener: l, token: rand.Text() + rand.Text(), done: make(chan struct{}), working: make(chan struct{}, 1),
		hosts: map[string]bool{"127.0.0.1:" + port1: true, "localhost:" + port1: true},
	}, nil
}

// URL is the address of the page, with the token.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/" + s.token + "/" }

// OpenURL is an address that leads to the page once. It is for the command line of a
// browser, which others on the machine may see.
func (s *Server) OpenURL() string {
	code := "/open/" + rand.Text()
	s.code.Store(&code)
	return "http://" + s.listener.Addr().String() + code
}

// opens reports whether the path is that of OpenURL, the first time only.
func (s *Server) opens(path string) bool {
	code := s.code.Load()
	return code != nil && subtle.ConstantTimeCompare([]byte(*code), []byte(path)) == 1 && s.code.CompareAndSwap(code, nil)
}

// Serve answers until ctx is done, then ends what is open and returns nil.
func (s *Server) Serve(ctx context.Context) error {
	srv := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: log.New(discard{}, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(s.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	close(s.done) // the streams end by themselves
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(late); err != nil {
		srv.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// discard is a log that nobody reads: a request of others must not write on the
// terminal.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// handler answers all requests behind the checks.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	base := "/" + s.token
	mux.HandleFunc("GET "+base+"/{$}", s.page)
	mux.HandleFunc("GET "+base+"/app.js", s.asset("text/javascript; charset=utf-8", script))
	mux.HandleFunc("GET "+base+"/style.css", s.asset("text/css; charset=utf-8", style))
	mux.HandleFunc("GET "+base+"/events", s.events)
	mux.HandleFunc("GET "+base+"/view/{path...}", s.view)
	mux.HandleFunc("GET "+base+"/file/{path...}", s.file)
	return s.guard(mux)
}

// guard refuses what no browser with the page open asks for.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox")
		switch {
		case !s.hosts[strings.ToLower(r.Host)]:
			refuse(w, http.StatusMisdirectedRequest, "This preview answers on its own address only.")
		case !sameSite(r):
			refuse(w, http.StatusForbidden, "This preview answers its own page only.")
		case r.Method == http.MethodGet && s.opens(r.URL.Path):
			http.Redirect(w, r, "/"+s.token+"/", http.StatusSeeOther)
		case !s.knows(r.URL.Path):
			refuse(w, http.StatusForbidden, "The address has no valid token; use the one that mlops printed.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			refuse(w, http.StatusMethodNotAllowed, "This preview can only be read.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}
