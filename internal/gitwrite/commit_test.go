package gitwrite_test

import (
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

var messages = []string{
	"subject",
	"subject\n\n\n\nbody  \nmore\t\n\n",
	"\n\nsubject\r\n\r\nbody",
	"subject\n\nbody\n\nSigned-off-by: A <a@b>\nRefs: #1",
	"subject\n\nNot: a trailer\nbecause of this line",
	"key: value",
	"subject\n\nSigned-off-by: A <a@b>\n\nlast",
}

// TestWithTrailerLikeGit compares with git interpret-trailers on a message that
// git commit has cleaned up.
func TestWithTrailerLikeGit(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	for _, m := range messages {
		want := r.git(r.git(m, "stripspace"), "interpret-trailers", "--no-divider", "--if-exists", "add", "--trailer", "Mlops-Plan: sha256:00")
		got := gitwrite.WithTrailer(m, "Mlops-Plan", "sha256:00")
		if got != want {
			t.Errorf("%q\ngot  %q\nwant %q", m, got, want)
		}
		if v := gitwrite.Trailer(got, "Mlops-Plan"); v != "sha256:00" {
			t.Errorf("%q: trailer %q", got, v)
		}
		if v := gitwrite.Trailer(got, "Plan"); v != "" {
			t.Errorf("%q: trailer %q", got, v)
		}
	}
	if v := gitwrite.Trailer("Mlops-Plan: x\n", "Mlops-Plan"); v != "" {
		t.Errorf("the subject is no trailer: %q", v)
	}
	if v := gitwrite.Trailer("", "Mlops-Plan"); v != "" {
		t.Errorf("trailer %q of nothing", v)
	}
}

func TestCommitIsWhatGitMakes(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	tree := gitwrite.NewObject(gitwrite.Tree, nil)
	r.write(1, tree)
	c := gitwrite.NewCommit{
		Tree: tree.Hash, Author: "a <a@b> 1700000000 +0530", Committer: "a <a@b> 1700000000 -0100",
		Message: "subject\n\nbody\n",
	}
	first := c.Object()
	r.env = append(r.env, "GIT_AUTHOR_DATE=1700000000 +0530", "GIT_COMMITTER_DATE=1700000000 -0100")
	want := strings.TrimSpace(r.git(c.Message, "commit-tree", tree.Hash.String()))
	if first.Hash.String() != want {
		t.Errorf("%s, git makes %s", first.Hash, want)
	}
	c.Parents = []plumbing.Hash{first.Hash}
	c.Message = "nul\x00 and \xff\n"
	second := c.Object()
	r.write(1, first, second)
	r.git("", "update-ref", "refs/heads/main", second.Hash.String())
	if out := r.git("", "fsck", "--strict"); strings.Contains(out, "error") {
		t.Error(out)
	}
}
