package previewserver

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// sameSite reports whether a request comes from the preview's own pages, or was typed
// by the person. Programs that say nothing of where they come from need the token.
func sameSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return false
}

// knows compares the token in constant time.
func (s *Server) knows(path string) bool {
	given, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) == 1
}
