package applier

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
)

// TestTwoAtOnce lets applies run against each other: each either makes its
// commit or says that it is busy or stale, and none is lost.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	for round := range 8 {
		w.want = map[string]string{"a": fmt.Sprint(round)}
		commits := strings.TrimSpace(w.git("rev-list", "--count", "HEAD"))
		reqs := make([]Request, 4)
		for i := range reqs {
			reqs[i] = w.request(w.plan())
			reqs[i].Workers = 2
		}
		var group sync.WaitGroup
		won := make([]bool, len(reqs))
		for i := range reqs {
			group.Go(func() {
				r, err := Apply(context.Background(), reqs[i])
				won[i] = err == nil && r.Commit != ""
				if err != nil && !errors.As(err, new(*BusyError)) && !errors.As(err, new(*StaleError)) {
					t.Errorf("error %v", err)
				}
			})
		}
		group.Wait()
		winners := 0
		for _, ok := range won {
			if ok {
				winners++
			}
		}
		after := strings.TrimSpace(w.git("rev-list", "--count", "HEAD"))
		if fmt.Sprint(winners) != diff(commits, after) || winners != 1 {
			t.Errorf("%d report a commit, and there are %s and were %s", winners, after, commits)
		}
	}
	w.settled()
}

func diff(a, b string) string {
	var x, y int
	fmt.Sscan(a, &x)
	fmt.Sscan(b, &y)
	return fmt.Sprint(y - x)
}

// TestBusySaysWho looks at the message while another apply is under way.
func TestBusySaysWho(t *testing.T) {
	t.Parallel()
	for _, repo := range []bool{true, false} {
		w := newWorld(t)
		if repo {
			w.withRepo()
		}
		w.want = map[string]string{"a": "1\n"}
		second := w.request(w.plan())
		var busy *BusyError
		at := 0
		for i, op := range w.operations() {
			if strings.HasPrefix(op, "rename .mlops/stage/0 ") {
				at = i + 1
			}
		}
		f := faultfs.New(faultfs.Fault{At: at, Before: func() {
			if _, err := Apply(context.Background(), second); !errors.As(err, &busy) {
				t.Errorf("while another apply runs: %v", err)
			}
		}})
		first := w.request(w.plan())
		first.Open = f.Open
		if _, err := Apply(w.context(), first); err != nil {
			t.Fatal(err)
		}
		if busy == nil || busy.PID != os.Getpid() || busy.User != "user" || !busy.Since.Equal(w.now) || !strings.Contains(busy.Error(), "mlops apply of process") {
			t.Errorf("busy: %v", busy)
		}
		w.settled()
	}
}

// TestBesideGit runs git's own commands while applies are made: git must never
// fail but for a lock, and nothing of either may be lost.
func TestBesideGit(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	stop := make(chan struct{})
	added := make(chan int)
	go func() {
		n := 0
		defer func() { added <- n }()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			name := fmt.Sprintf("user%d", i)
			os.WriteFile(w.path(name), []byte(name), 0o666)
			for _, args := range [][]string{{"add", name}, {"status", "--porcelain"}} {
				out, err := w.tryGit(args...)
				if err != nil && !strings.Contains(out, "index.lock") {
					t.Errorf("git %v: %s", args, out)
				}
				if err == nil && args[0] == "add" {
					n++
				}
			}
		}
	}()
	made := 0
	for i := range 25 {
		w.want = map[string]string{"a": fmt.Sprint(i), fmt.Sprintf("d/%d", i%3): "1\n"}
		_, err := w.tryApply()
		if err == nil {
			made++
		} else if !errors.As(err, new(*StaleError)) && !errors.As(err, new(*BusyError)) {
			t.Errorf("apply: %v", err)
		}
	}
	close(stop)
	n := <-added
	w.apply()
	w.settled()
	if got := strings.Count(w.git("diff", "--cached", "--name-only"), "user"); got != n || made == 0 {
		t.Errorf("%d of the %d files that git added are staged; %d applies", got, n, made)
	}
}

// TestSwappedDirectory replaces a directory by a link to the outside again and
// again while files are written into it.
func TestSwappedDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.commit.Enabled = false
	outside := filepath.Join(w.base, "outside")
	os.Mkdir(outside, 0o777)
	applied := 0
	for i := range 60 {
		w.want = map[string]string{"d/x": fmt.Sprint(i), "d/y": fmt.Sprint(i)}
		p := w.plan()
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				default:
					os.Rename(w.path("d"), w.path("was-d"))
					os.Symlink(outside, w.path("d"))
					os.Remove(w.path("d"))
					os.Rename(w.path("was-d"), w.path("d"))
				}
			}
		}()
		if _, err := Apply(w.context(), w.request(p)); err == nil {
			applied++
		}
		close(stop)
		<-done
	}
	if list, _ := os.ReadDir(outside); len(list) > 0 {
		t.Errorf("written outside: %v", list)
	}
	t.Logf("%d of 60 applied", applied)
}
