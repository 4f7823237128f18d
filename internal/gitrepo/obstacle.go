package gitrepo

import (
	"fmt"
	"path/filepath"
)

// Obstacle is a state of the repository in which mlops does not commit.
type Obstacle struct {
	// State names it as git's users know it, such as "merge in progress".
	State string
	// Detail says what was found, in one sentence without a period.
	Detail string
	// Remedy says what to do about it, likewise.
	Remedy string
	// Path is the file or directory that shows the state, "" when none does.
	Path string
}

// Obstacles looks for everything that an apply must refuse before its first
// write. It looks anew at each call. Conflicts in the index and locks are not
// among them.
func (r *Repo) Obstacles() []Obstacle {
	list := append([]Obstacle{}, r.faults...)
	list = append(list, r.headObstacles()...)
	list = append(list, r.progressObstacles()...)
	list = append(list, r.indexObstacles()...)
	list = append(list, r.environmentObstacles()...)
	return append(list, r.replaceObstacles()...)
}

const noCommit = "apply with --no-commit and commit with git yourself"

func formatObstacle(state, detail string) Obstacle {
	return Obstacle{State: state, Detail: detail, Remedy: noCommit}
}

func partialObstacle() Obstacle {
	return Obstacle{
		State:  "partial clone",
		Detail: "some objects are fetched from a remote only when git needs them",
		Remedy: noCommit + ", or use a full clone",
	}
}

func sha256Obstacle(value string) Obstacle {
	return Obstacle{
		State:  "SHA-256 repository",
		Detail: fmt.Sprintf("extensions.objectFormat is %q; mlops reads and writes SHA-1 objects only", value),
		Remedy: noCommit,
	}
}

func refStorageObstacle(value string) Obstacle {
	return Obstacle{
		State:  value + " repository",
		Detail: fmt.Sprintf("extensions.refStorage is %q; mlops reads and writes refs as files only", value),
		Remedy: noCommit + ", or run git refs migrate --ref-format=files",
	}
}

func bareObstacle(gitDir string, bare bool) Obstacle {
	if !bare {
		return Obstacle{
			State: "inside the git directory", Detail: "this directory belongs to git, not to a working tree",
			Remedy: "run mlops in the working tree", Path: gitDir,
		}
	}
	return Obstacle{
		State: "bare repository", Detail: "the repository has no working tree",
		Remedy: "clone it, or add a working tree with git worktree add, and run mlops there", Path: gitDir,
	}
}

// States that make further words about HEAD pointless.
const (
	corruptHead = "corrupt HEAD"
	damaged     = "damaged repository"
)

func damagedObstacle(gitDir string, headFine bool) Obstacle {
	head := filepath.Join(gitDir, "HEAD")
	if !headFine {
		return Obstacle{
			State: corruptHead, Detail: "HEAD names neither a branch nor a commit, so git does not recognise the repository",
			Remedy: "write \"ref: refs/heads/main\" (or your branch) into it; " + filepath.Join(gitDir, "logs", "HEAD") + " lists where it stood", Path: head,
		}
	}
	return Obstacle{
		State: damaged, Detail: "objects or refs are missing, so git does not recognise the repository",
		Remedy: "restore the directory from a backup or a clone", Path: gitDir,
	}
}

func foreignObstacle(dir string) Obstacle {
	return Obstacle{
		State:  "repository owned by someone else",
		Detail: "another user owns the repository, so git refuses to work in it (safe.directory)",
		Remedy: "if you trust it, run git config --global --add safe.directory " + dir, Path: dir,
	}
}

// environmentObstacles are variables under which committing means something
// else than usual.
func (r *Repo) environmentObstacles() []Obstacle {
	var list []Obstacle
	if dir := r.env["GIT_QUARANTINE_PATH"]; dir != "" {
		list = append(list, Obstacle{
			State:  "GIT_QUARANTINE_PATH is set",
			Detail: "mlops runs inside a hook that receives a push, where refs must not change",
			Remedy: "run mlops outside of the hook", Path: dir,
		})
	}
	if tree := r.env["GIT_ATTR_SOURCE"]; tree != "" {
		list = append(list, Obstacle{
			State:  "GIT_ATTR_SOURCE is set",
			Detail: "attributes come from the tree " + tree + " and not from the working tree",
			Remedy: "unset it",
		})
	}
	if backend := r.env["GIT_REFERENCE_BACKEND"]; backend != "" && backend != "files" {
		list = append(list, Obstacle{
			State:  "GIT_REFERENCE_BACKEND is set",
			Detail: "refs are not kept as files in the git directory",
			Remedy: "unset it, or " + noCommit,
		})
	}
	return list
}
