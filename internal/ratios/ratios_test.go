package main

import (
	"bytes"
	"compress/zlib"
	"math/rand/v2"
	"testing"
	"time"
)

func TestRowSaysWhetherTheGoalHolds(t *testing.T) {
	t.Parallel()
	second := func(wall, cpu float64) cost {
		return cost{time.Duration(wall * float64(time.Second)), time.Duration(cpu * float64(time.Second))}
	}
	c := contest{rounds: 3}
	git := []cost{second(1, 1), second(2, 1), second(1, 1)}
	for _, x := range []struct {
		ours []cost
		want string
	}{
		{
			[]cost{second(.5, .5), second(1.2, .5), second(.4, .5)},
			"| x | <= 0.6x | 0.50x | 0.40x - 0.60x | 0.50x | 500 ms | 1000 ms | yes |\n",
		},
		{
			[]cost{second(.9, .9), second(1.8, .9), second(9, .9)},
			"| x | <= 0.6x | 0.90x | 0.90x - 9.00x | 0.90x | 1800 ms | 1000 ms | **no** |\n",
		},
		{
			[]cost{second(1, .3), second(2, .3), second(1, .3)},
			"| x | <= 0.6x | 1.00x | 1.00x - 1.00x | 0.30x | 1000 ms | 1000 ms | **no** (CPU: yes) |\n",
		},
	} {
		r := c.ratio("x", 0.6, x.ours, git)
		if got := r.line(); got != x.want {
			t.Errorf("got  %swant %s", got, x.want)
		}
	}
}

func TestShapesAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	for _, s := range shapes()[:6] {
		old, new := s.make(rand.New(rand.NewPCG(1, 2)))
		old2, new2 := s.make(rand.New(rand.NewPCG(1, 2)))
		if !bytes.Equal(old, old2) || !bytes.Equal(new, new2) || bytes.Equal(old, new) {
			t.Errorf("%s: not a pair of texts that differ, the same in every run", s.name)
		}
	}
}

// Git and we both deflate what we write: text that packs too well flatters one side.
func TestFillerPacksLikeSourceCode(t *testing.T) {
	t.Parallel()
	text := filler(2048)
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write([]byte(text))
	w.Close()
	if ratio := float64(len(text)) / float64(packed.Len()); ratio < 1.8 || ratio > 4 {
		t.Errorf("2 KiB of filler are packed %.1f times smaller", ratio)
	}
	if text != filler(2048) {
		t.Error("two calls differ")
	}
}
