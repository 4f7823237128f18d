package gitfetch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// catFile reads objects through two git cat-file processes: one tells kinds and
// sizes, the other contents.
type catFile struct {
	p           *program
	ctx         context.Context
	stop        context.CancelFunc
	b           *cache
	info, bytes *pipe
}

// pipe is a running git cat-file --batch or --batch-check.
type pipe struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (p *program) open(ctx context.Context, b *cache) (objects, error) {
	ctx, stop := context.WithCancel(ctx)
	c := &catFile{p: p, ctx: ctx, stop: stop, b: b}
	var err error
	if c.info, err = c.start("--batch-check"); err == nil {
		c.bytes, err = c.start("--batch")
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *catFile) start(mode string) (*pipe, error) {
	cmd := c.p.start(c.ctx, c.b, "cat-file", mode)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &pipe{cmd, in, bufio.NewReaderSize(out, 64<<10)}, nil
}

// close ends both processes: they end when there is nothing more to ask.
func (c *catFile) close() {
	for _, p := range []*pipe{c.info, c.bytes} {
		if p != nil {
			_ = p.in.Close()
		}
	}
	c.stop()
	for _, p := range []*pipe{c.info, c.bytes} {
		if p != nil {
			_ = p.cmd.Wait() // it was stopped; what it answered was checked
		}
	}
}

// ask sends an id and reads "id kind size".
func (p *pipe) ask(id string) (kind string, size int64, err error) {
	if _, err := io.WriteString(p.in, id+"\n"); err != nil {
		return "", 0, ended(err)
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return "", 0, ended(err)
	}
	words := strings.Fields(line)
	if len(words) == 2 && words[1] == "missing" {
		return "", 0, fmt.Errorf("object %s: %w", id, errMissing)
	}
	if len(words) != 3 || words[0] != id {
		return "", 0, fmt.Errorf("object %s: git cat-file answers %q", id, line)
	}
	size, err = strconv.ParseInt(words[2], 10, 64)
	return words[1], size, err
}

// ended explains that git cat-file has died, which it does at a damaged object.
func ended(err error) error {
	return fmt.Errorf("git cat-file ended early: %w (%w)", errMissing, err)
}

func (c *catFile) stat(id string) (string, int64, error) { return c.info.ask(id) }

func (c *catFile) read(id string, limit int64) (string, []byte, error) {
	kind, size, err := c.bytes.ask(id)
	if err != nil {
		return "", nil, err
	}
	if size > limit {
		return "", nil, tooLarge(kind+" "+id, size, limit)
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(c.bytes.out, content); err != nil {
		return "", nil, ended(err)
	}
	if content[size] != '\n' {
		return "", nil, errors.New("git cat-file: lost its place")
	}
	return kind, content[:size:size], nil
}

func (c *catFile) prefix(digits string) ([]string, error) {
	out := &capped{left: 1 << 20}
	err := c.p.run(c.ctx, command{cache: c.b, out: out, args: []string{"rev-parse", "--disambiguate=" + digits}})
	return strings.Fields(out.String()), err
}
