package gitconf

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNoIdentity means that neither the environment nor the configuration says
// who the author or committer is.
var ErrNoIdentity = errors.New("git does not know who you are: " +
	"set git { author = { name = \"Your Name\", email = \"you@example.com\" } } in mlops.hcl, " +
	"or run git config --global user.name \"Your Name\" and git config --global user.email you@example.com")

// Ident is one author or committer line.
type Ident struct {
	Name, Email string
	// When has the zone that the line shows; seconds count.
	When time.Time
}

// String is the ident as it stands in a commit object. Like git it strips
// punctuation and white space from both ends of name and address, and
// newlines and angle brackets everywhere.
func (i Ident) String() string {
	_, offset := i.When.Zone()
	minutes, sign := offset/60, '+'
	if minutes < 0 {
		minutes, sign = -minutes, '-'
	}
	return fmt.Sprintf("%s <%s> %d %c%02d%02d", stripCrud(i.Name), stripCrud(i.Email),
		i.When.Unix(), sign, minutes/60, minutes%60)
}

// Identity resolves author and committer as git commit would: GIT_AUTHOR_* and
// GIT_COMMITTER_* in env, then author.*, committer.* and user.* in the
// configuration, then EMAIL unless user.useConfigOnly is set. The dates come
// from GIT_AUTHOR_DATE and GIT_COMMITTER_DATE, else from now, whose zone is also
// that of dates without one. Where git would guess from the host name, the
// error is ErrNoIdentity; both idents then still hold their dates and whatever
// is known.
func (c *Config) Identity(env Env, now time.Time) (author, committer Ident, err error) {
	author, authorErr := c.ident(env, now, "author")
	committer, committerErr := c.ident(env, now, "committer")
	if authorErr == nil || errors.Is(authorErr, ErrNoIdentity) && committerErr != nil {
		authorErr = committerErr // a broken value says more than a missing one
	}
	return author, committer, authorErr
}

func (c *Config) ident(env Env, now time.Time, role string) (Ident, error) {
	var i Ident
	prefix := "GIT_" + strings.ToUpper(role) + "_"
	when, err := parseDate(env[prefix+"DATE"], now)
	if err != nil {
		return i, fmt.Errorf("%sDATE: %w", prefix, err)
	}
	i.When = when
	var emailErr error
	i.Email, emailErr = c.email(env, role)
	if i.Name, err = c.name(env, role); err == nil {
		err = emailErr
	}
	return i, err
}

func (c *Config) name(env Env, role string) (string, error) {
	key := "GIT_" + strings.ToUpper(role) + "_NAME"
	name, set := env[key]
	if !set {
		key = role + ".name"
		name, _ = c.Get(key)
	}
	if !set && name == "" {
		key = "user.name"
		name, _ = c.Get(key)
		if name == "" {
			return "", ErrNoIdentity
		}
	}
	if stripCrud(name) == "" {
		return name, fmt.Errorf("%s: %q is empty or only punctuation; git takes no such name", key, name)
	}
	return name, nil
}

// email may be empty: git commits with an empty address when one is set.
func (c *Config) email(env Env, role string) (string, error) {
	if email, ok := env["GIT_"+strings.ToUpper(role)+"_EMAIL"]; ok {
		return email, nil
	}
	if email, _ := c.Get(role + ".email"); email != "" {
		return email, nil
	}
	if email, ok := c.Get("user.email"); ok || c.otherEmail() {
		return email, nil
	}
	only, err := c.Bool("user.useConfigOnly", false)
	if err != nil {
		return "", err
	}
	if email := strings.TrimSpace(env["EMAIL"]); email != "" && !only {
		return email, nil
	}
	return "", ErrNoIdentity
}

// otherEmail follows a rule of git: an address set for either role stops the
// guessing for both.
func (c *Config) otherEmail() bool {
	_, author := c.Get("author.email")
	_, committer := c.Get("committer.email")
	return author || committer
}

func stripCrud(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`,:;<>"\'`, r) })
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s)
}
