package cli

import (
	"io"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/server"
)

// progressStep is one notification of progress.
type progressStep struct {
	// line is a line for a person, text what the agent wrote since the last step; a step with text needs no line.
	line, text string
}

// progressOf reads a notification. It reports false when it is none of progress, or has nothing for a person.
func progressOf(notification mcp.JSONRPCNotification) (progressStep, bool) {
	if notification.Method != "notifications/progress" {
		return progressStep{}, false
	}
	var step progressStep
	step.line, _ = notification.Params.AdditionalFields["message"].(string)
	if event, ok := notification.Params.Meta[server.EventMeta].(map[string]any); ok {
		step.text, _ = event["text"].(string)
	}
	return step, step.line != "" || step.text != ""
}

// progressPrinter prints progress: each line on its own, and the text of the agent as it comes.
type progressPrinter struct {
	mu sync.Mutex
	to io.Writer
	// dim is set where the answer follows on the same terminal, so that it stands out.
	dim bool
	// inLine is set while the last line that was printed has no end.
	inLine bool
}

func (p *progressPrinter) print(step progressStep) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if step.text == "" {
		p.endLine()
		p.write(step.line + "\n")
		return
	}
	p.write(step.text)
}

// end ends the last line.
func (p *progressPrinter) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endLine()
}

func (p *progressPrinter) endLine() {
	if p.inLine {
		p.write("\n")
	}
}

func (p *progressPrinter) write(text string) {
	p.inLine = !strings.HasSuffix(text, "\n")
	text = printable(text)
	if p.dim {
		text = "\x1b[2m" + text + "\x1b[0m"
	}
	_, _ = io.WriteString(p.to, text)
}
