package main

import (
	"fmt"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// initWithGoGit makes a repository of a directory as go-git's own documentation
// shows it. It is measured for comparison only.
func initWithGoGit(dir string) error {
	repo, err := gogit.PlainInit(dir, false)
	if err != nil {
		return fmt.Errorf("go-git: %w", err)
	}
	return commitWithGoGit(repo)
}

// commitWithGoGit commits everything that changed.
func commitWithGoGit(repo *gogit.Repository) error {
	tree, err := repo.Worktree()
	if err != nil {
		return fmt.Errorf("go-git: %w", err)
	}
	if err := tree.AddWithOptions(&gogit.AddOptions{All: true}); err != nil {
		return fmt.Errorf("go-git: %w", err)
	}
	who := &object.Signature{Name: "Ada Byron", Email: "ada@example.com", When: time.Now()}
	if _, err := tree.Commit("measure", &gogit.CommitOptions{Author: who}); err != nil {
		return fmt.Errorf("go-git: %w", err)
	}
	return nil
}
