// Command licenses prints the licences of all that is in the program: the Go standard library and the modules whose packages
// are linked into it on any of the platforms that are released. It fails for a licence that it does not know.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	text, err := render("..")
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString(text)
}

// component is a module, or the standard library, with the texts of its licence by file name.
type component struct {
	name, version string
	texts         map[string]string
}

// linked is what go list prints of a package.
type linked struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// render returns the list and the texts for the program in the module at root.
func render(root string) (string, error) {
	components, err := collect(root)
	if err != nil {
		return "", err
	}
	var list, texts strings.Builder
	for _, c := range components {
		license, err := c.license()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&list, "%s %s: %s\n", c.name, c.version, license)
		for _, file := range slices.Sorted(maps.Keys(c.texts)) {
			fmt.Fprintf(&texts, "\n%s\n%s, %s\n\n%s\n", strings.Repeat("=", 80), c.name, file, strings.TrimSpace(c.texts[file]))
		}
	}
	return "orq-mcp contains the following, under these licences. Their texts are below.\n\n" + list.String() + texts.String(), nil
}

// collect returns the components of the program, sorted by name.
func collect(root string) ([]component, error) {
	found := map[string]component{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		packages, err := packagesOf(root, system)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			c, ok := found[p.Module.Path]
			if !ok {
				c = component{p.Module.Path, p.Module.Version, map[string]string{}}
				found[p.Module.Path] = c
			}
			if err := c.read(p.Module.Dir, p.Dir); err != nil {
				return nil, err
			}
		}
	}
	standard, err := standardLibrary(root)
	if err != nil {
		return nil, err
	}
	list := slices.SortedFunc(maps.Values(found), func(a, b component) int { return cmp.Compare(a.name, b.name) })
	return append([]component{standard}, list...), nil
}

func packagesOf(root, system string) (packages []linked, err error) {
	out, err := goCommand(root, []string{"GOOS=" + system, "CGO_ENABLED=0"}, "list", "-deps", "-json=Dir,Standard,Module", "./cmd/orq-mcp")
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p linked
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, err
		}
		packages = append(packages, p)
	}
}

// standardLibrary has no version, because releases may be built with any that go.mod allows.
func standardLibrary(root string) (component, error) {
	c := component{"The Go standard library", "", map[string]string{}}
	out, err := goCommand(root, nil, "env", "GOROOT")
	if err != nil {
		return c, err
	}
	c.version = "and runtime"
	goroot := strings.TrimSpace(string(out))
	return c, c.read(goroot, goroot)
}

func goCommand(dir string, environment []string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...) //nolint:gosec // the arguments are constant
	cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}

// read adds the licences in dir and in the folders above it, up to the root of the module.
func (c component) read(root, dir string) error {
	for {
		for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "NOTICE*"} {
			files, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				return err
			}
			for _, file := range files {
				name, err := filepath.Rel(root, file)
				if err != nil {
					return err
				}
				text, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				c.texts[filepath.ToSlash(name)] = strings.ReplaceAll(string(text), "\r\n", "\n")
			}
		}
		if dir == root || len(dir) < len(root) {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// license returns the names of the component's licences, from a phrase that only their texts have.
func (c component) license() (string, error) {
	phrases := []struct{ name, phrase string }{
		{"Apache-2.0", "Apache License Version 2.0"},
		{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without"},
		{"BSD-2-Clause", "Redistribution and use in source and binary forms"},
	}
	names := map[string]bool{}
	for file, text := range c.texts {
		if strings.HasPrefix(filepath.Base(file), "NOTICE") {
			continue
		}
		text = strings.Join(strings.Fields(text), " ")
		for _, p := range phrases {
			if strings.Contains(text, p.phrase) && (p.name != "BSD-2-Clause" || !names["BSD-3-Clause"]) {
				names[p.name] = true
			}
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("%s %s: no licence that is known among %q", c.name, c.version, slices.Sorted(maps.Keys(c.texts)))
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", "), nil
}
