package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAttributePattern asks git which files a pattern is about: its own path, and
// no other.
func TestAttributePattern(t *testing.T) {
	t.Parallel()
	paths := []string{
		"a/lock", "a b/lock", "a*/lock", "a?/lock", "a[1]/lock", "#a/lock", "!a/lock", `"a"/lock`, `a\b/lock`, "a\tb/lock",
		"é/lock", "a1/lock", "ab/lock", "[attr]x/lock", "a\x7f/lock", " a/lock", "a\nb/lock", "# a/lock", `" a/lock`,
	}
	for i, p := range paths {
		dir := t.TempDir()
		git(t, dir, nil, "init", "-q")
		if err := os.WriteFile(filepath.Join(dir, ".git", "info", "attributes"), []byte(attributePattern(p)+" merge="+driverName+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var in bytes.Buffer
		for _, q := range paths {
			in.WriteString(q + "\x00")
		}
		out := git(t, dir, &in, "check-attr", "-z", "--stdin", "merge")
		for j := range paths {
			fields := bytes.Split(out, []byte{0})[3*j : 3*j+3]
			if is := string(fields[2]) == driverName; is != (i == j) {
				t.Errorf("the pattern %s of %q is for %q: %t", attributePattern(p), p, fields[0], is)
			}
		}
	}
}

func git(t *testing.T, dir string, in *bytes.Buffer, args ...string) []byte {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	if in != nil {
		c.Stdin = in
	}
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "HOME="+dir)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return out
}
