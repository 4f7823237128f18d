package gitfetch

import (
	"slices"
	"strings"
)

// passed are git's own variables that reach git: the user's configuration, and
// how connections are made. GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS are
// configuration like any other (CI systems set them); what settings gives comes
// after them and wins. All other variables of git are left out: those that lead
// to another repository, index or object store, pathspec and replace magic,
// protocol overrides, templates, and traces, which may print credentials.
func passed() []string {
	return []string{
		"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
		"GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_*", "GIT_CONFIG_VALUE_*", "GIT_CONFIG_PARAMETERS",
		"GIT_EXEC_PATH", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_*",
		"GIT_PROXY_SSL_*", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_HTTP_USER_AGENT",
		"GIT_HTTP_LOW_SPEED_LIMIT", "GIT_HTTP_LOW_SPEED_TIME",
	}
}

// asking are the variables by which the user is asked for credentials. They are
// passed on only where a terminal may be asked: some open windows.
func asking() []string {
	return []string{"GIT_ASKPASS", "GIT_TERMINAL_PROMPT", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "GCM_INTERACTIVE"}
}

// environment is what git runs with: the user's, less what passed leaves out,
// and what keeps git to one repository, a few transports and no questions.
func (p *program) environment(b *cache) []string {
	var out []string
	for _, v := range p.f.Env {
		name, _, _ := strings.Cut(v, "=")
		switch name = strings.ToUpper(name); {
		case matches(asking(), name):
			if !p.f.Interactive {
				continue
			}
		case strings.HasPrefix(name, "GIT_") && !matches(passed(), name):
			continue
		case name == "LC_ALL", name == "LANGUAGE":
			continue
		}
		out = append(out, v)
	}
	out = append(out,
		"LC_ALL=C", "LANGUAGE=",
		"GIT_DIR="+b.path,
		"GIT_ALLOW_PROTOCOL="+p.transports(), // wins over protocol.*.allow
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0",
		"GIT_LFS_SKIP_SMUDGE=1",
		"GIT_ALLOC_LIMIT=1g", // an object's declared size is not to be trusted
	)
	if !p.f.Interactive { // an empty GIT_ASKPASS also turns core.askPass off
		out = append(out, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "SSH_ASKPASS_REQUIRE=never", "GCM_INTERACTIVE=never")
	}
	return out
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if start, ok := strings.CutSuffix(p, "*"); ok {
			return strings.HasPrefix(name, start)
		}
		return p == name
	})
}

// has reports whether the user has set a variable.
func (p *program) has(name string) bool {
	return slices.ContainsFunc(p.f.Env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
}

// transports are those that git may use: url.insteadOf may lead from any of them
// to another, a redirect only to https (libcurl is told so by git) or, from
// this machine, nowhere (see settings).
func (p *program) transports() string {
	if p.remote.scheme == "http" {
		return "http:https:ssh:file"
	}
	return "https:ssh:file"
}

// settings are the options of git that win over the user's configuration.
func (p *program) settings() []string {
	follow := "initial" // as git does by itself; more would follow http-alternates
	if p.remote.scheme == "http" {
		follow = "false"
	}
	set := []string{
		"core.hooksPath=/dev/null", "core.fsmonitor=false", "core.logAllRefUpdates=false",
		"core.bigFileThreshold=16m", // larger ones are never held in memory
		"gc.auto=0", "maintenance.auto=false",
		"fetch.fsckObjects=true", "transfer.fsckObjects=true",
		"fetch.unpackLimit=1", "transfer.unpackLimit=1", // one pack, whose growth is watched
		"fetch.recurseSubmodules=false", "submodule.recurse=false",
		"fetch.writeCommitGraph=false", "fetch.prune=false", "fetch.pruneTags=false",
		"fetch.uriProtocols=", "transfer.bundleURI=false",
		"http.followRedirects=" + follow,
	}
	if !p.f.Interactive {
		set = append(set, "credential.interactive=false")
	}
	args := []string{"--no-pager"}
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}
