package hookrun

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// Interpreter is the program that runs a script, and the arguments before the script's
// own name: Python for .py, as Cookiecutter has it, and else what the script's first
// line names. env is where PATH is taken from. The error is "name: reason", with what
// to do.
func Interpreter(name string, text []byte, env []string) ([]string, error) {
	ending := strings.ToLower(path.Ext(name))
	if ending == ".py" {
		return program(name, env, "python3", "python")
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	words, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "#!")
	if !ok {
		if runtime.GOOS == "windows" && (ending == ".bat" || ending == ".cmd") {
			found, err := program(name, env, "cmd.exe")
			return append(found, "/c"), err
		}
		return nil, fmt.Errorf("%s: its first line names no program to run it, such as #!/bin/sh; Cookiecutter cannot run it either", name)
	}
	words = strings.TrimSpace(words)
	wanted, arg, _ := strings.Cut(words, " ")
	arg = strings.TrimSpace(arg)
	if path.Base(wanted) == "env" && arg != "" && !strings.HasPrefix(arg, "-") && !strings.ContainsAny(arg, " =") {
		return program(name, env, arg)
	}
	if runtime.GOOS == "windows" {
		wanted, _, _ = strings.Cut(path.Base(wanted), ".")
	}
	found, err := program(name, env, wanted)
	if err == nil && arg != "" {
		found = append(found, arg)
	}
	return found, err
}

// program finds the first of the programs that is there.
func program(script string, env []string, names ...string) ([]string, error) {
	for _, name := range names {
		if filepath.IsAbs(name) {
			if runnable(name) {
				return []string{name}, nil
			}
			continue
		}
		for _, dir := range searched(env) {
			for _, ending := range endings(env) {
				if file := filepath.Join(dir, name+ending); runnable(file) {
					return []string{file}, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("%s: needs %s, which is not there; install it, or put its folder into PATH", script, strings.Join(names, " or "))
}

// endings are those that a program's name may leave out.
func endings(env []string) []string {
	if runtime.GOOS != "windows" {
		return []string{""}
	}
	out := []string{""}
	for ending := range strings.SplitSeq(lookup(env, "PATHEXT"), ";") {
		out = append(out, strings.ToLower(ending))
	}
	return append(out, ".exe")
}

func runnable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}
