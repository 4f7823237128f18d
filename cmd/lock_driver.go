package cmd

import (
	"fmt"
	"io"
	"os"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/merge3"
	"github.com/mlops-as-code/mlops/internal/show"
)

// mergeDriver merges three files for git, which names them as %O, %A and %B. The
// result is in the second, also where it is markers and the exit code says so.
// It runs before git writes any file, so that nothing on disk can be asked.
func (a *app) mergeDriver(args []string) error {
	var texts [3][]byte
	for i, name := range args {
		var err error
		if texts[i], err = readAtMost(a.path(name)); err != nil {
			return fmt.Errorf("%s: %w", name, bare(err))
		}
	}
	merged, notes, err := mergeLocks(texts)
	if err != nil {
		return unmerged(a.path(args[1]), texts, err)
	}
	for _, n := range notesOf(notes) {
		said := n.String()
		if n.Clash == lockfile.BothChanged { // the disk was not asked
			said = show.Line(n.Address) + ": both branches changed it; ours was kept, and the next plan shows what that means"
		}
		fmt.Fprintf(a.Streams.Err, "%s: %s\n", lockfile.Name, said)
	}
	return overwrite(a.path(args[1]), merged.Bytes())
}

// mergeLocks reads base, ours and theirs. A base is empty when there is none, and
// has markers when git made it of several.
func mergeLocks(texts [3][]byte) (lockfile.Lock, []lockfile.Note, error) {
	var base lockfile.Lock
	if len(texts[0]) > 0 {
		var err error
		if base, _, err = lockfile.Resolve(texts[0], nil); err != nil {
			return base, nil, fmt.Errorf("the common ancestor: %w", err)
		}
	}
	ours, err := lockfile.Parse(texts[1])
	if err != nil {
		return base, nil, fmt.Errorf("ours: %w", err)
	}
	theirs, err := lockfile.Parse(texts[2])
	if err != nil {
		return base, nil, fmt.Errorf("theirs: %w", err)
	}
	merged, notes := lockfile.Merge(base, *ours, *theirs, nil)
	return merged, notes, nil
}

// unmerged leaves the text as git itself would, with markers.
func unmerged(ours string, texts [3][]byte, why error) error {
	res, err := merge3.Merge(texts[0], texts[1], texts[2])
	if err != nil {
		return why
	}
	text := res.Text
	if len(res.Conflicts) > 0 {
		text = res.Marked(merge3.Labels{Base: "base", Mine: "ours", Theirs: "theirs"})
	}
	if err := overwrite(ours, text); err != nil {
		return err
	}
	return why
}

// overwrite fills a file that is git's to make and to remove.
func overwrite(name string, content []byte) error {
	if err := os.WriteFile(name, content, 0o666); err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	return nil
}

func readAtMost(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, lockfile.MaxSize+1))
}
