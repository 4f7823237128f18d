package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

const mib = 1 << 20

// memoryRows measures the peak memory of applying 10,000 new files. A process
// takes over the peak of its parent when it starts, so that this must come before
// this program has grown.
func memoryRows(ctx context.Context, l *lab) ([]row, error) {
	skeleton, err := l.big(10_000, 2048)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(skeleton)
	var peaks []float64
	var content int64
	for range 3 {
		peak, size, err := l.peakOfApply(ctx, skeleton)
		if err != nil {
			return nil, err
		}
		peaks, content = append(peaks, float64(peak)/mib), size
	}
	if parent := float64(selfPeak()) / mib; spreadOf(peaks).least <= parent {
		return nil, errors.New("the system does not tell a child's peak memory from its parent's")
	}
	limit := float64(content)/mib + 100
	return []row{{
		name: "`mlops apply` of 10,000 files, maximum resident set", goal: limit, unit: "MiB", got: spreadOf(peaks),
		note: "goal: " + number(float64(content)/mib) + " MiB of content + 100 MiB",
	}}, nil
}

// peakOfApply also returns the size of the content that was written.
func (l *lab) peakOfApply(ctx context.Context, skeleton string) (peak, content int64, err error) {
	dir, err := l.copyOf(skeleton)
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	_, state, err := l.process(ctx, dir, l.mlops, "apply", "--auto-approve", "--summary")
	if err != nil {
		return 0, 0, err
	}
	content, err = sizeOf(filepath.Join(dir, "src"))
	return childPeak(state), content, err
}

// sizeOf adds up the files of a tree.
func sizeOf(dir string) (sum int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}
