package form

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"
)

// key is what was pressed: a character, or one of the keys below.
type key rune

const (
	keyUp key = -1 - iota
	keyDown
	keyLeft
	keyRight
	keyHome
	keyEnd
	keyDelete
	keyBackspace
	keyEnter
	keyTab
	keyBackTab
	keyKillStart // deletes to the start of the line
	keyKillEnd
	keyKillWord
	keyEnded
	keyInterrupt
	keyNone // a key that means nothing here
)

// keys reads what is typed, byte by byte: what follows belongs to whoever reads the
// terminal next.
type keys struct {
	ctx context.Context
	r   io.Reader
}

type read struct {
	b   byte
	err error
}

// byte waits for one byte, or for the end of the context.
func (k *keys) byte() (byte, error) {
	if err := k.ctx.Err(); err != nil {
		return 0, err
	}
	got := make(chan read, 1)
	go func() {
		var b [1]byte
		_, err := io.ReadFull(k.r, b[:])
		got <- read{b[0], err}
	}()
	select {
	case r := <-got:
		if errors.Is(r.err, io.EOF) {
			return 0, ErrEnded
		}
		return r.b, r.err
	case <-k.ctx.Done():
		return 0, k.ctx.Err()
	}
}

// line reads up to a line feed, which is left out.
func (k *keys) line() (string, error) {
	var text []byte
	for {
		b, err := k.byte()
		switch {
		case errors.Is(err, ErrEnded) && len(text) > 0:
			return string(text), nil
		case err != nil:
			return "", err
		case b == '\n':
			return string(text), nil
		case len(text) < maxAnswer:
			text = append(text, b)
		}
	}
}

// next reads one key.
func (k *keys) next() (key, error) {
	b, err := k.byte()
	if err != nil {
		return keyNone, err
	}
	switch {
	case b == 0x1b:
		return k.escape()
	case b >= utf8.RuneSelf:
		return k.rune(b)
	case b >= 0x20 && b != 0x7f:
		return key(b), nil
	}
	return control(b), nil
}

// control is what a control byte means, as readline has it.
func control(b byte) key {
	switch b {
	case '\r', '\n':
		return keyEnter
	case '\t':
		return keyTab
	case 0x7f, 0x08:
		return keyBackspace
	}
	const at = '@' // Ctrl-A is 'A' - '@'
	switch b + at {
	case 'A':
		return keyHome
	case 'B':
		return keyLeft
	case 'C':
		return keyInterrupt
	case 'D':
		return keyEnded
	case 'E':
		return keyEnd
	case 'F':
		return keyRight
	case 'K':
		return keyKillEnd
	case 'N':
		return keyDown
	case 'P':
		return keyUp
	case 'U':
		return keyKillStart
	case 'W':
		return keyKillWord
	}
	return keyNone
}

// rune reads the rest of a character that starts with b.
func (k *keys) rune(b byte) (key, error) {
	text := []byte{b}
	for !utf8.FullRune(text) {
		b, err := k.byte()
		if err != nil {
			return keyNone, err
		}
		text = append(text, b)
	}
	r, n := utf8.DecodeRune(text)
	if r == utf8.RuneError && n <= 1 {
		return keyNone, nil
	}
	return key(r), nil
}

// escape reads a key that sends a sequence (ECMA-48 5.4, and SS3 of the VT100).
func (k *keys) escape() (key, error) {
	b, err := k.byte()
	if err != nil {
		return keyNone, err
	}
	if b != '[' && b != 'O' {
		return keyNone, nil
	}
	var arg byte
	for range 32 {
		if b, err = k.byte(); err != nil {
			return keyNone, err
		}
		if b >= 0x40 && b <= 0x7e {
			return sequence(arg, b), nil
		}
		if arg == 0 {
			arg = b
		}
	}
	return keyNone, nil
}

func sequence(arg, final byte) key {
	switch final {
	case 'A':
		return keyUp
	case 'B':
		return keyDown
	case 'C':
		return keyRight
	case 'D':
		return keyLeft
	case 'F':
		return keyEnd
	case 'H':
		return keyHome
	case 'Z':
		return keyBackTab
	case '~':
		switch arg {
		case '1', '7':
			return keyHome
		case '3':
			return keyDelete
		case '4', '8':
			return keyEnd
		}
	}
	return keyNone
}
