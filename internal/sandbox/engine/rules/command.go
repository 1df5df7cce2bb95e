package rules

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// command is one command of a user's message.
type command struct {
	Name string         `json:"name"`          // without the slash
	Text string         `json:"text,omitzero"` // of fail; the tool of tool
	Args map[string]any `json:"args,omitzero"` // of tool
	N    int            `json:"n,omitzero"`    // of count and error
	Wait time.Duration  `json:"wait,omitzero"` // of slow and review
}

const (
	maxCount = 100_000
	maxSlow  = 10 * time.Minute
)

// parse separates the commands of a message from its text. A malformed command is left out, with a note.
func parse(message string) state {
	var s state
	var text []string
	for line := range strings.Lines(message) {
		line = strings.TrimRight(line, "\r\n")
		if _, known, _ := parseCommand(line); !known {
			text = append(text, line)
			continue
		}
		for _, each := range split(line) {
			s.add(each)
		}
	}
	s.Text = strings.TrimSpace(strings.Join(text, "\n"))
	return s
}

// add adds a command to the steps, or a note on what is wrong with it.
func (s *state) add(text string) {
	switch c, _, err := parseCommand(text); {
	case err != nil:
		s.Notes = append(s.Notes, fmt.Sprintf("I left out %q: %v.", truncate.Runes(text, 100), err))
	case c.Name == "reject": // applied by the review of tool calls in package run
	default:
		s.Steps = append(s.Steps, c)
	}
}

// split divides a line that begins with a command into its commands. The next one begins with a name that is known, after a
// space, and not within the JSON of a tool.
func split(line string) (commands []string) {
	for {
		from := strings.IndexByte(line, ' ') + 1
		if from == 0 {
			return append(commands, line)
		}
		end := nextCommand(line, from+jsonLength(line[from:]))
		commands = append(commands, strings.TrimRight(line[:end], " "))
		if end == len(line) {
			return commands
		}
		line = line[end:]
	}
}

// nextCommand returns where the next command of a line begins at or after from, or the end of the line.
func nextCommand(line string, from int) int {
	for at := from; at < len(line); at++ {
		if line[at] != '/' || line[at-1] != ' ' {
			continue
		}
		if _, known, _ := parseCommand(line[at:]); known {
			return at
		}
	}
	return len(line)
}

// jsonLength returns where the JSON object ends that follows the name of a tool, 0 if none does.
func jsonLength(arguments string) int {
	name, rest, _ := strings.Cut(arguments, " ")
	if strings.HasPrefix(name, "/") || !strings.HasPrefix(strings.TrimLeft(rest, " "), "{") {
		return 0
	}
	decoder := json.NewDecoder(strings.NewReader(rest))
	if err := decoder.Decode(&json.RawMessage{}); err != nil {
		return 0
	}
	return len(name) + 1 + int(decoder.InputOffset())
}

// parseCommand reports whether the line is a command at all, and what is wrong with it.
func parseCommand(line string) (c command, known bool, err error) {
	name, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch c.Name = strings.TrimPrefix(name, "/"); name {
	case run.RejectCommand, "/drop":
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
		return command{}, false, nil
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
