package gitrepo

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
)

// progressObstacles are operations of git that stopped half-way. A commit of
// ours would be taken for part of them.
func (r *Repo) progressObstacles() []Obstacle {
	var list []Obstacle
	for _, p := range []struct{ file, state, command string }{
		{"MERGE_HEAD", "merge in progress", "merge"},
		{"rebase-merge", "rebase in progress", "rebase"},
		{"rebase-apply/applying", "am in progress", "am"},
		{"rebase-apply", "rebase in progress", "rebase"},
		{"CHERRY_PICK_HEAD", "cherry-pick in progress", "cherry-pick"},
		{"REVERT_HEAD", "revert in progress", "revert"},
	} {
		path := filepath.Join(r.GitDir, filepath.FromSlash(p.file))
		if !exists(path) || hasState(list, p.state) || p.file == "rebase-apply" && hasState(list, "am in progress") {
			continue
		}
		list = append(list, stopped(p.state, p.command, path))
	}
	if o, ok := r.sequencer(); ok && !hasState(list, o.State) {
		list = append(list, o)
	}
	if path := filepath.Join(r.GitDir, "BISECT_LOG"); exists(path) {
		list = append(list, Obstacle{
			State: "bisect in progress", Detail: "git bisect has checked out an old commit to be tested",
			Remedy: "end it with git bisect reset", Path: path,
		})
	}
	return list
}

func stopped(state, command, path string) Obstacle {
	return Obstacle{
		State: state, Detail: "git " + command + " has stopped half-way",
		Remedy: "finish it with git " + command + " --continue, or give it up with git " + command + " --abort", Path: path,
	}
}

func hasState(list []Obstacle, state string) bool {
	for _, o := range list {
		if o.State == state {
			return true
		}
	}
	return false
}

// sequencer finds a cherry-pick or revert of several commits that has no commit
// in hand: its list begins with the command.
func (r *Repo) sequencer() (Obstacle, bool) {
	path := filepath.Join(r.GitDir, "sequencer", "todo")
	text, err := readSmall(path)
	if err != nil && !exists(path) {
		return Obstacle{}, false
	}
	word, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n"), " ")
	command := "cherry-pick"
	if word == "revert" {
		command = "revert"
	}
	return stopped(command+" in progress", command, path), true
}

// indexObstacles are layouts of index and working tree that mlops would have to
// keep up and does not.
func (r *Repo) indexObstacles() []Obstacle {
	var list []Obstacle
	if on, err := r.Config.Bool("core.sparseCheckout", false); on || err != nil {
		list = append(list, Obstacle{
			State: "sparse checkout", Detail: "core.sparseCheckout is set, so parts of the commit are not in the working tree",
			Remedy: "run git sparse-checkout disable, or " + noCommit, Path: filepath.Join(r.GitDir, "info", "sparse-checkout"),
		})
	}
	if shared := r.sharedIndex(); shared != "" {
		list = append(list, Obstacle{
			State: "split index", Detail: "most of the index is kept in another file",
			Remedy: "run git update-index --no-split-index, or " + noCommit, Path: shared,
		})
	}
	return list
}

// sharedIndex returns the file that the index is split into. Such files outlive
// the split, so the index itself is asked: its "link" extension holds the file's
// name.
func (r *Repo) sharedIndex() string {
	entries, err := os.ReadDir(r.GitDir)
	if err != nil {
		return ""
	}
	var index []byte
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), "sharedindex.")
		id, err := hex.DecodeString(digits)
		if !ok || err != nil || len(id) == 0 {
			continue
		}
		if index == nil {
			if info, err := os.Stat(r.IndexFile); err != nil || !info.Mode().IsRegular() {
				return ""
			}
			if index, err = os.ReadFile(r.IndexFile); err != nil {
				return ""
			}
		}
		if linksTo(index, id) {
			return filepath.Join(r.GitDir, e.Name())
		}
	}
	return ""
}

// linksTo looks for the extension: "link", four bytes of size, the name.
func linksTo(index, id []byte) bool {
	for {
		at := bytes.Index(index, id)
		if at < 0 {
			return false
		}
		if at >= 8 && string(index[at-8:at-4]) == "link" {
			return true
		}
		index = index[at+1:]
	}
}

// replaceObstacles are refs/replace: git shows other objects than the commits
// name, and mlops does not follow that.
func (r *Repo) replaceObstacles() []Obstacle {
	use, err := r.Config.Bool("core.useReplaceRefs", true)
	if _, off := r.env["GIT_NO_REPLACE_OBJECTS"]; off || err == nil && !use {
		return nil
	}
	dir := filepath.Join(r.CommonDir, "refs", "replace")
	entries, _ := os.ReadDir(dir)
	packed, _ := r.packedRefs()
	if len(entries) == 0 && !bytes.Contains(packed, []byte(" refs/replace/")) {
		return nil
	}
	return []Obstacle{{
		State: "replaced objects", Detail: "refs/replace makes git show some objects in place of others",
		Remedy: "delete the replacements with git replace -d, or " + noCommit, Path: dir,
	}}
}
