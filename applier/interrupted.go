package applier

import (
	"errors"
	"io/fs"

	"github.com/mlops-as-code/mlops/planner"
)

// Interrupted reports whether an apply in this directory was killed, or is
// running, and so the next one has something to clear up even when its plan is
// empty. It changes nothing. Of the request it needs Root, Env, UID and Open.
func Interrupted(req Request) (bool, error) {
	req.Plan = &planner.Plan{Commit: planner.Commit{Enabled: true}}
	t := &tx{req: req.withDefaults(), plan: req.Plan}
	defer t.close()
	if err := t.open(); err != nil {
		return false, err
	}
	return t.leftovers(), nil
}

// leftovers reports whether the record or the stage of another run is there.
func (t *tx) leftovers() bool {
	for _, left := range []home{{t.home.dir, t.home.path("apply.json")}, {t.work, stageDir}, {t.work, lockName}} {
		if _, err := left.dir.Lstat(left.name); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}
