// Command picture runs an agent on the sandbox with the built program and draws the terminal as an SVG. Ids and times are
// replaced, so that the same output makes the same picture.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// The size of the terminal, in characters, and of a character, in pixels.
const (
	columns    = 96
	charWidth  = 8
	lineHeight = 18
	margin     = 18
	titleBar   = 34
)

// command is what is run, as a reader would type it.
const command = `orq-mcp call run_agent --sandbox key=travel-helper role="Travel assistant" \
    instructions="Plan trips. Be brief." model=openai/gpt-4o tools='[{"type":"current_date"}]' \
    message='/tool current_date
What can I do in Lisbon this week?'`

func main() {
	program := flag.String("program", "bin/orq-mcp", "the program to run")
	flag.Parse()
	picture, err := render(*program)
	if err == nil {
		_, err = os.Stdout.WriteString(picture)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func render(program string) (string, error) {
	script := strings.Replace(command, "orq-mcp", `"$ORQ_MCP_PROGRAM"`, 1)
	run := exec.Command("sh", "-c", script) //nolint:gosec // the command is the one above
	run.Env = append(os.Environ(), "ORQ_MCP_PROGRAM="+program)
	var progress, result bytes.Buffer
	run.Stderr, run.Stdout = &progress, &result
	if err := run.Run(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, &progress)
	}
	if progress.Len() == 0 || result.Len() == 0 {
		return "", errors.New("the run has printed no progress or no result")
	}
	var lines []line
	for i, typed := range strings.Split(command, "\n") {
		prompt := map[bool]string{true: "$ ", false: "> "}[i == 0]
		lines = append(lines, line{"command", prompt + typed})
	}
	// The program writes the result after the last progress.
	lines = append(lines, screen("progress", progress.String())...)
	return svg(append(lines, screen("result", result.String())...)), nil
}

// line is a line of the terminal; class chooses its colour.
type line struct{ class, text string }

// screen breaks what was printed into lines of the terminal's width.
func screen(class, printed string) (lines []line) {
	for text := range strings.Lines(stable(printed)) {
		runes := []rune(strings.TrimRight(text, "\n"))
		for ; len(runes) > columns; runes = runes[columns:] {
			lines = append(lines, line{class, string(runes[:columns])})
		}
		lines = append(lines, line{class, string(runes)})
	}
	return lines
}

// stable replaces what differs from run to run.
func stable(printed string) string {
	for _, each := range [][2]string{
		{`\b[0-9A-HJKMNP-TV-Z]{26}\b`, "01K8E5XAMPLE0TASK0ID000000"},
		{`\b[0-9a-f]{32}\b`, "0af7651916cd43dd8448eb211c80319c"},
		{`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`, "2026-01-05T09:30:00Z"},
		{`finished in \d+\.\d s`, "finished in 0.1 s"},
		{`, duration_ms \d+`, ""},
		{`\bduration_ms: \d+`, "duration_ms: 15"},
	} {
		printed = regexp.MustCompile(each[0]).ReplaceAllString(printed, each[1])
	}
	return printed
}

func svg(lines []line) string {
	width, height := columns*charWidth+2*margin, titleBar+len(lines)*lineHeight+margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">
<title>An agent runs on the sandbox: progress while it runs, then the result</title>
<style>
.window { fill: #fbfbfd; stroke: #c9ccd6 } .command { fill: #1c2030; font-weight: 600 } .progress { fill: #6a4fc0 } .result { fill: #33394d }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre }
@media (prefers-color-scheme: dark) {
.window { fill: #161925; stroke: #3a3f52 } .command { fill: #f2f3f8 } .progress { fill: #b39df3 } .result { fill: #c6cad8 }
}
</style>
<rect class="window" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>
<circle cx="22" cy="18" r="5" fill="#ec6a5e"/><circle cx="40" cy="18" r="5" fill="#f4bf4f"/><circle cx="58" cy="18" r="5" fill="#61c554"/>
`, width, height, width-1, height-1)
	for i, each := range lines {
		fmt.Fprintf(&out, "<text class=\"%s\" x=\"%d\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", each.class, margin, titleBar+13+i*lineHeight, html.EscapeString(each.text))
	}
	return out.String() + "</svg>\n"
}
