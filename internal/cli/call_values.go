package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"unicode/utf8"
)

// maxText bounds what is read from a file or from stdin for one argument, in bytes.
const maxText = 32 << 20

// pair is one KEY=VALUE argument.
type pair struct{ key, value string }

// pairs returns the KEY=VALUE arguments, and an error for each argument of another form.
func (c *callCommand) pairs() (pairs []pair, errs []error) {
	for _, argument := range c.Arguments {
		key, value, ok := strings.Cut(argument, "=")
		if !ok || key == "" {
			errs = append(errs, fmt.Errorf("%q: arguments look like key=value", argument))
			continue
		}
		pairs = append(pairs, pair{key, value})
	}
	return pairs, errs
}

// arguments joins --json and the KEY=VALUE pairs, which win. A key given twice makes a list. Texts are read from files and stdin.
func (c *callCommand) arguments(ctx context.Context, process *Process) (map[string]any, error) {
	texts := &texts{process: process}
	raw, err := texts.json(ctx, c.JSON)
	if err != nil {
		return nil, err
	}
	arguments, err := decodeArguments([]byte(raw))
	if err != nil {
		return nil, err
	}
	pairs, _ := c.pairs() // their form has been checked
	given := map[string]any{}
	for _, each := range pairs {
		text, err := texts.read(ctx, each.key, each.value)
		if err != nil {
			return nil, err
		}
		switch earlier := given[each.key].(type) {
		case nil:
			given[each.key] = text
		case []any:
			given[each.key] = append(earlier, text)
		default:
			given[each.key] = []any{earlier, text}
		}
	}
	maps.Copy(arguments, given)
	return arguments, nil
}

// decodeArguments decodes the value of --json, which is one object.
func decodeArguments(raw []byte) (map[string]any, error) {
	arguments := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&arguments); err != nil {
		return nil, notAnObject("--json", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || arguments == nil {
		return nil, errors.New("--json: must be one JSON object and nothing else")
	}
	return arguments, nil
}

// texts reads the values of a command line that stand for a file or for stdin.
type texts struct {
	process *Process
	// stdinFor names the value that stdin was read for; empty before that.
	stdinFor string
}

// isText reports whether a value is meant as it is written: neither a file nor stdin.
func isText(value string) bool { return value != "-" && !strings.HasPrefix(value, "@") }

// json returns the JSON that a value of --json stands for.
func (t *texts) json(ctx context.Context, value string) (string, error) {
	if value == "" {
		return "{}", nil
	}
	return t.read(ctx, "--json", value)
}

// read returns the text that the value of name stands for: "-" or "@-" stdin, "@FILE" a file, "@@TEXT" the text "@TEXT", and
// all other values themselves. The line break at the end of a file is not part of the text, nor is a byte order mark.
func (t *texts) read(ctx context.Context, name, value string) (string, error) {
	path, fromFile := strings.CutPrefix(value, "@")
	switch {
	case isText(value):
		return value, nil
	case strings.HasPrefix(path, "@"):
		return path, nil
	case !fromFile, path == "-":
		return t.readStdin(ctx, name)
	}
	path, err := withHome(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w; @ reads a file, @@ begins a text with an at sign", name, path, fileError(err))
	}
	defer func() { _ = file.Close() }()
	text, err := readText(file)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", name, path, err)
	}
	return text, nil
}

// readStdin returns what is on stdin. It returns the cause of ctx when that ends first, as it may at a terminal.
func (t *texts) readStdin(ctx context.Context, name string) (string, error) {
	if t.stdinFor != "" {
		return "", fmt.Errorf("%s: stdin is read for %s already; give one of them as @FILE", name, t.stdinFor)
	}
	t.stdinFor = name
	if isTerminal(t.process.In) {
		_, _ = fmt.Fprintf(t.process.Err, "Reading %s from the terminal: end it with Ctrl-D on a line of its own.\n", name)
	}
	type reading struct {
		text string
		err  error
	}
	read := make(chan reading, 1)
	go func() {
		text, err := readText(t.process.In)
		read <- reading{text, err}
	}()
	select {
	case got := <-read:
		if got.err != nil {
			return "", fmt.Errorf("%s: stdin: %w", name, got.err)
		}
		return got.text, nil
	case <-ctx.Done():
		return "", errInterrupted
	}
}

// readText reads a text in UTF-8.
func readText(from io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(from, maxText+1))
	switch {
	case err != nil:
		return "", fileError(err)
	case len(raw) > maxText:
		return "", fmt.Errorf("is longer than %d MiB", maxText>>20)
	case !utf8.Valid(raw):
		return "", errors.New("is not text in UTF-8")
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), nil
}
