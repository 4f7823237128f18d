package gitfetch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"strings"
)

// program is the backend that runs git.
type program struct{ *session }

// Bounds on what git prints.
const (
	maxRefs   = 64 << 20
	maxLine   = 4 << 10
	keepLines = 40
)

// advertised runs git ls-remote.
func (p *program) advertised(ctx context.Context, b *cache) ([]advert, error) {
	out := &capped{left: maxRefs}
	err := p.run(ctx, command{cache: b, out: out, connects: true, args: []string{"ls-remote", "--", p.remote.text}})
	if out.left < 0 {
		return nil, overLimit("the list of refs is over the limit of %s", bytesOf(maxRefs))
	}
	if err != nil {
		return nil, err
	}
	return parseRefs(out.Bytes()), nil
}

// capped keeps what is written to it and fails when that is too much.
type capped struct {
	bytes.Buffer
	left int
}

func (c *capped) Write(b []byte) (int, error) {
	if c.left -= len(b); c.left < 0 {
		return 0, errors.New("too much output")
	}
	return c.Buffer.Write(b)
}

// parseRefs reads "id TAB name" lines; name^{} is the target of the tag before.
func parseRefs(text []byte) []advert {
	var out []advert
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		id, name, ok := strings.Cut(lines.Text(), "\t")
		if !ok || !fullID(id) || !plain(name) {
			continue
		}
		if tag, ok := strings.CutSuffix(name, "^{}"); ok {
			if n := len(out) - 1; n >= 0 && out[n].name == tag {
				out[n].peeled = id
			}
			continue
		}
		out = append(out, advert{name: name, id: id})
	}
	return out
}

// fetch runs git fetch. It asks by ids, which cannot be mistaken for anything
// else, and names no ref to write to: pins are ours.
func (p *program) fetch(ctx context.Context, b *cache, w want) error {
	args := []string{"fetch", "--progress", "--no-tags", "--no-recurse-submodules", "--stdin"}
	ids := []string{w.id}
	switch {
	case w.all == nil:
		args = append(args, "--depth=1")
	case b.shallow():
		args = append(args, "--unshallow", "--update-shallow")
	default:
		args = append(args, "--update-shallow")
	}
	if w.all != nil {
		ids = w.ids()
	}
	in := strings.NewReader(strings.Join(ids, "\n") + "\n")
	before, size := b.packs(), b.size()
	err := p.run(ctx, command{cache: b, args: append(args, "--", p.remote.text), in: in, connects: true})
	if err == nil && b.size()-size > p.limits.Transfer { // faster than the watch
		err = p.tooMuch()
	}
	if err != nil {
		b.discard(before)
	}
	return err
}

// Sentences by which git says that an object may not be asked for by its id, and
// that the server has none such. Servers of protocol version 2 allow every id.
const (
	saysRefused = "unadvertised object"
	saysNoRef   = "couldn't find remote ref"
	saysDumb    = "dumb http transport does not support shallow"
	saysNoDeep  = "does not support shallow"
	saysAbsent  = "not our ref"
)

// failure explains what git has said.
func failure(said []string) error {
	all := strings.Join(said, "\n")
	switch {
	case strings.Contains(all, saysAbsent):
		return errAbsent
	case strings.Contains(all, saysRefused), strings.Contains(all, saysNoRef), strings.Contains(all, saysDumb), strings.Contains(all, saysNoDeep):
		return errRefused
	}
	return diagnose(said)
}
