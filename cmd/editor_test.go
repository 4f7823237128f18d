package cmd

import (
	"slices"
	"strings"
	"testing"
)

// Only an editor that takes a line is given one, and the person's own words stay.
func TestOpened(t *testing.T) {
	t.Parallel()
	for editor, want := range map[string]string{
		"vi":                    "vi +14 f",
		"/usr/bin/nvim --clean": "/usr/bin/nvim --clean +14 f",
		"emacs -nw":             "emacs -nw +14 f",
		"code":                  "code --wait --goto f:14",
		"code --wait":           "code --wait --goto f:14",
		"/opt/codium -n -w":     "/opt/codium -n -w --goto f:14",
		"code-insiders --wait":  "code-insiders --wait f",
		"subl -w":               "subl -w f",
		"sudo vi":               "sudo vi f",
		"ed":                    "ed f",
	} {
		words := strings.Fields(editor)
		if got := strings.Join(opened(words, "f", 14), " "); got != want {
			t.Errorf("%s: %s, want %s", editor, got, want)
		}
		if !slices.Equal(words, strings.Fields(editor)) {
			t.Errorf("%s: was changed to %v", editor, words)
		}
	}
}
