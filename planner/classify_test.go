package planner

import "testing"

// TestClassify walks every combination of what classification looks at and
// holds the laws that keep a user's bytes safe.
func TestClassify(t *testing.T) {
	t.Parallel()
	for bits := range 1 << 7 {
		s := standing{
			wanted: bits&1 != 0, locked: bits&2 != 0, onDisk: bits&4 != 0, user: bits&8 != 0,
			diskIsWanted: bits&16 != 0, diskIsLocked: bits&32 != 0, lockIsWanted: bits&64 != 0,
		}
		if !possible(s) {
			continue
		}
		got := classify(s)
		if want := table(s); got != want {
			t.Errorf("%+v: class %d, want %d", s, got, want)
		}
	}
}

// possible leaves out what cannot be: agreement with something that is not there.
func possible(s standing) bool {
	switch {
	case s.diskIsWanted && (!s.onDisk || !s.wanted),
		s.diskIsLocked && (!s.onDisk || !s.locked),
		s.lockIsWanted && (!s.locked || !s.wanted):
		return false
	case s.diskIsWanted && s.diskIsLocked && !s.lockIsWanted && s.wanted && s.locked:
		return true // the lock differs from the spec in its mode only
	}
	return true
}

// table is the classification of the design, row by row, written without the
// code's order of questions.
func table(s standing) class {
	switch [3]bool{s.wanted, s.locked, s.onDisk} {
	case [3]bool{false, false, false}, [3]bool{false, false, true}:
		return classNone
	case [3]bool{true, false, false}:
		return classNew
	case [3]bool{true, false, true}:
		if s.diskIsWanted || s.user {
			return classThere
		}
		return classUnmanaged
	case [3]bool{false, true, false}:
		return classGone
	case [3]bool{false, true, true}:
		switch {
		case s.user:
			return classReleased
		case s.diskIsLocked:
			return classOrphan
		}
		return classEditedGone
	}
	switch {
	case s.user:
		return classKept
	case !s.onDisk:
		return classDeleted
	case s.diskIsWanted && s.lockIsWanted:
		return classSynced
	case s.diskIsWanted:
		return classConverged
	case s.lockIsWanted:
		return classDrift
	case s.diskIsLocked:
		return classPending
	}
	return classBoth
}
