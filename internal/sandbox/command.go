package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	maxCount = 100_000
	maxSlow  = 10 * time.Minute
)

// parseWork takes the commands out of a message. A command that makes no sense is left out; a note says so.
func parseWork(message string) store.Work {
	var w store.Work
	var told []string
	for line := range strings.Lines(message) {
		line = strings.TrimRight(line, "\r\n")
		c, known, err := parseCommand(line)
		switch {
		case !known:
			told = append(told, line)
		case err != nil:
			w.Notes = append(w.Notes, fmt.Sprintf("I left out %q: %v.", truncate.Runes(line, 100), err))
		case c.Name == "reject":
			w.Reject = true
		default:
			w.Steps = append(w.Steps, c)
		}
	}
	w.Text = strings.TrimSpace(strings.Join(told, "\n"))
	return w
}

// parseCommand reports whether the line is a command at all, and what is wrong with it.
func parseCommand(line string) (c store.Command, known bool, err error) {
	name, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch c.Name = strings.TrimPrefix(name, "/"); name {
	case "/reject", "/drop":
	case "/review":
		if rest != "" {
			c.Wait, err = parseWait(rest)
		}
	case "/fail":
		c.Text = rest
	case "/tool":
		c.Text, c.Args, err = parseTool(rest)
	case "/slow":
		c.Wait, err = parseWait(rest)
	case "/count":
		c.N, err = parseNumber(rest, 1, maxCount)
	case "/error":
		c.N, err = parseNumber(rest, 400, 599)
	default:
		return store.Command{}, false, nil
	}
	return c, true, err
}

func parseTool(rest string) (name string, args map[string]any, err error) {
	name, rest, _ = strings.Cut(rest, " ")
	if name == "" {
		return "", nil, fmt.Errorf("it needs the name of a tool")
	}
	args = map[string]any{}
	if rest = strings.TrimSpace(rest); rest == "" {
		return name, args, nil
	}
	if err := json.Unmarshal([]byte(rest), &args); err != nil || args == nil {
		return "", nil, fmt.Errorf("what follows the name must be a JSON object")
	}
	return name, args, nil
}

func parseWait(s string) (time.Duration, error) {
	wait, err := time.ParseDuration(s)
	if err != nil || wait < 0 || wait > maxSlow {
		return 0, fmt.Errorf("it needs a duration of at most %v, such as 5s", maxSlow)
	}
	return wait, nil
}

func parseNumber(s string, low, high int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("it needs a whole number from %d to %d", low, high)
	}
	return n, nil
}
