// Package gitconf reads git's configuration the way git itself resolves it,
// without starting git: system, global, repository and worktree files, includes
// and their conditions, and the configuration given in the environment. It also
// resolves who git would name as author and committer.
//
// A "key" is section.name or section.subsection.name; section and name have no
// case, a subsection has. A "scope" is where an entry comes from; the system,
// global and command scopes are "protected": a repository cannot set them.
//
// The package never writes configuration, expands no ~user/ and no %(prefix)/
// (they need the machine's user database or git's own build), asks no network
// for an identity and guesses none from the host name. It follows
// git-config(1), git-var(1) and git 2.55.
package gitconf

import (
	"fmt"
	"iter"
	"strings"
)

// Env is an environment. A key that is there with an empty value differs from
// one that is not there, as it does for git.
type Env map[string]string

// NewEnv turns "key=value" strings, as os.Environ returns them, into an Env.
// The last one of a key wins.
func NewEnv(environ []string) Env {
	env := make(Env, len(environ))
	for _, e := range environ {
		if key, value, ok := strings.Cut(e, "="); ok {
			env[key] = value
		}
	}
	return env
}

// Bool returns the variable as git reads a boolean one; def when it is not set.
func (e Env) Bool(key string, def bool) (bool, error) {
	value, ok := e[key]
	if !ok {
		return def, nil
	}
	b, ok := parseBool(value)
	if !ok {
		return def, fmt.Errorf("%s: %q is no boolean", key, value)
	}
	return b, nil
}

// Scope says where an entry comes from.
type Scope uint8

// The scopes, in the order in which git reads them.
const (
	System Scope = iota
	Global
	Local
	Worktree
	Command
)

// Protected reports whether a repository cannot set entries of this scope; git
// reads safe.directory only from these.
func (s Scope) Protected() bool { return s == System || s == Global || s == Command }

// Entry is one line of configuration.
type Entry struct {
	// Key is canonical: section and name are lower case.
	Key   string
	Value string
	// Valued is false for a key without "=", which git reads as true.
	Valued bool
	Scope  Scope
	// File is the file as it was opened, "" for the environment.
	File string
	Line int
	// Included is true when File was reached through an include.
	Included bool
}

// Config is a resolved configuration. It does not change once loaded and is
// safe for concurrent use.
type Config struct {
	entries []Entry
	byKey   map[string][]int32
	home    string
}

func newConfig(entries []Entry, home string) *Config {
	c := &Config{entries: entries, byKey: make(map[string][]int32, len(entries)), home: home}
	for i, e := range entries {
		c.byKey[e.Key] = append(c.byKey[e.Key], int32(i))
	}
	return c
}

// Entries yields every entry in the order git reads them: of several entries
// with one key, the last one counts. Include directives are entries too.
func (c *Config) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, e := range c.entries {
			if !yield(e) {
				return
			}
		}
	}
}

// Get returns the value that counts, "" for a key without "=". ok is false when
// the key is not set.
func (c *Config) Get(key string) (value string, ok bool) {
	e := c.last(key)
	if e == nil {
		return "", false
	}
	return e.Value, true
}

// All returns every value of the key, in the order git reads them.
func (c *Config) All(key string) []string {
	var values []string
	for _, i := range c.byKey[canonical(key)] {
		values = append(values, c.entries[i].Value)
	}
	return values
}

// Bool returns the value as a boolean, def when the key is not set. A value
// that is none is an error that names the key and its place.
func (c *Config) Bool(key string, def bool) (bool, error) {
	e := c.last(key)
	if e == nil {
		return def, nil
	}
	if !e.Valued {
		return true, nil
	}
	b, ok := parseBool(e.Value)
	if !ok {
		return def, e.fault("is no boolean")
	}
	return b, nil
}

// Int returns the value as a 32-bit number, with git's unit suffixes k, m and
// g; def when the key is not set. A value that is none is an error that names
// the key and its place.
func (c *Config) Int(key string, def int) (int, error) {
	e := c.last(key)
	if e == nil {
		return def, nil
	}
	n, ok := parseInt(e.Value)
	if !ok {
		return def, e.fault("is no number")
	}
	return int(n), nil
}

// Path returns the value as a path, with a leading ~/ replaced by the home
// directory. ok is false when the key is not set or is empty.
func (c *Config) Path(key string) (path string, ok bool, err error) {
	e := c.last(key)
	if e == nil || e.Value == "" {
		return "", false, nil
	}
	path, err = expandHome(e.Value, c.home)
	if err != nil {
		return "", false, e.fault(err.Error())
	}
	return path, true, nil
}

func (c *Config) last(key string) *Entry {
	places := c.byKey[canonical(key)]
	if len(places) == 0 {
		return nil
	}
	return &c.entries[places[len(places)-1]]
}

// fault is an error about the entry's value; what follows the quoted value.
func (e *Entry) fault(what string) error {
	if e.File == "" {
		return fmt.Errorf("git configuration from the environment: %s: %q %s", e.Key, e.Value, what)
	}
	return fmt.Errorf("%s: line %d: %s: %q %s", e.File, e.Line, e.Key, e.Value, what)
}

// canonical lowers the section and the name of a key, not the subsection.
func canonical(key string) string {
	first, last := strings.IndexByte(key, '.'), strings.LastIndexByte(key, '.')
	if first == last {
		return strings.ToLower(key)
	}
	return strings.ToLower(key[:first]) + key[first:last] + strings.ToLower(key[last:])
}
