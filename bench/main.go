// Command bench measures what orq-mcp costs: its size, its start, its memory, its list of tools, and the relaying of a
// long run on both transports. It prints one Markdown table; the sandbox in the same process is part of the relay's time.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tiktoken-go/tokenizer"
)

func main() {
	binary := flag.String("binary", "bin/orq-mcp", "the program to measure")
	starts := flag.Int("starts", 21, "how often to start it")
	events := flag.Int("events", 10_000, "events of the relayed run")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout, *binary, *starts, *events); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		cancel()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, binary string, starts, events int) error {
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	cold, err := startTimes(ctx, binary, starts)
	if err != nil {
		return err
	}
	list, resident, err := toolList(ctx, binary)
	if err != nil {
		return err
	}
	tokens, err := tokensOf(list)
	if err != nil {
		return err
	}
	stdio, err := relayStdio(ctx, binary, events)
	if err != nil {
		return fmt.Errorf("relay on stdio: %w", err)
	}
	web, err := relayHTTP(ctx, binary, events)
	if err != nil {
		return fmt.Errorf("relay on HTTP: %w", err)
	}
	rows := [][2]string{
		{"binary", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6)},
		{"start to first answer (stdio), median of " + fmt.Sprint(starts), fmt.Sprintf("%.1f ms", milliseconds(cold[len(cold)/2]))},
		{"start to first answer (stdio), fastest and slowest", fmt.Sprintf("%.1f and %.1f ms", milliseconds(cold[0]), milliseconds(cold[len(cold)-1]))},
		{"tools/list result", fmt.Sprintf("%d bytes", len(list))},
		{"tools for a model (name, description, input schema)", fmt.Sprintf("%d o200k tokens", tokens)},
		{"resident memory after tools/list (stdio)", fmt.Sprintf("%.1f MB", float64(resident)/1e6)},
		{fmt.Sprintf("one run of %d events, sandbox included, stdio", events), fmt.Sprintf("%.0f events/s", float64(events)/stdio.Seconds())},
		{fmt.Sprintf("one run of %d events, sandbox included, HTTP", events), fmt.Sprintf("%.0f events/s", float64(events)/web.Seconds())},
	}
	_, _ = fmt.Fprintln(out, "| measured | value |\n|---|---|")
	for _, row := range rows {
		_, _ = fmt.Fprintf(out, "| %s | %s |\n", row[0], row[1])
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}`

// process is orq-mcp on stdio.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func start(ctx context.Context, binary string, arguments ...string) (*process, error) {
	p := &process{command: exec.CommandContext(ctx, binary, arguments...)} //nolint:gosec // the program to measure is named by the user
	in, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 1<<20)
	return p, p.command.Start()
}

// ask sends a request and returns the line that answers it, and how many lines came before.
func (p *process) ask(request, id string) (answer []byte, before int, err error) {
	if _, err := io.WriteString(p.in, request+"\n"); err != nil {
		return nil, 0, err
	}
	for {
		line, err := p.out.ReadBytes('\n')
		if err != nil {
			return nil, before, err
		}
		if bytes.Contains(line, []byte(`"id":`+id)) && !bytes.Contains(line, []byte(`"method":"notifications/`)) {
			return line, before, nil
		}
		before++
	}
}

func (p *process) end() error {
	_ = p.in.Close()
	return p.command.Wait()
}

func startTimes(ctx context.Context, binary string, times int) ([]time.Duration, error) {
	var all []time.Duration
	for range times {
		began := time.Now()
		p, err := start(ctx, binary, "--log-level", "error")
		if err != nil {
			return nil, err
		}
		if _, _, err := p.ask(initialize, "0"); err != nil {
			return nil, err
		}
		all = append(all, time.Since(began))
		if err := p.end(); err != nil {
			return nil, err
		}
	}
	slices.Sort(all)
	return all, nil
}

// toolList returns the result of tools/list and the memory that the process keeps resident then, in bytes.
func toolList(ctx context.Context, binary string) (json.RawMessage, int64, error) {
	p, err := start(ctx, binary, "--log-level", "error")
	if err != nil {
		return nil, 0, err
	}
	if _, _, err := p.ask(initialize, "0"); err != nil {
		return nil, 0, err
	}
	line, _, err := p.ask(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, "1")
	if err != nil {
		return nil, 0, err
	}
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, 0, err
	}
	resident, err := residentMemory(p.command.Process.Pid)
	return answer.Result, resident, errors.Join(err, p.end())
}

// residentMemory reads VmRSS; it is 0 where there is no /proc.
func residentMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var kilobytes int64
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0, errors.New("no VmRSS in /proc")
	}
	_, err = fmt.Sscan(string(found[1]), &kilobytes)
	return kilobytes << 10, err
}

// tokensOf counts what a model reads of the tools.
func tokensOf(list json.RawMessage) (int, error) {
	encoding, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Tools []struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			InputSchema json.RawMessage `json:"inputSchema"`
		} `json:"tools"`
	}
	if err := json.Unmarshal(list, &answer); err != nil {
		return 0, err
	}
	total := 0
	for _, tool := range answer.Tools {
		shown, err := json.Marshal(tool)
		if err != nil {
			return 0, err
		}
		tokens, err := encoding.Count(string(shown))
		if err != nil {
			return 0, err
		}
		total += tokens
	}
	return total, nil
}

// runRequest starts an agent that emits the given number of events.
func runRequest(events int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"run_agent","arguments":{"key":"bench","model":"openai/gpt-4o",`+
		`"role":"Bench","instructions":"Count.","message":"/count %d"},"_meta":{"progressToken":"bench"}}}`, events)
}

func relayStdio(ctx context.Context, binary string, events int) (time.Duration, error) {
	p, err := start(ctx, binary, "--sandbox", "--log-level", "error")
	if err != nil {
		return 0, err
	}
	if _, _, err := p.ask(initialize, "0"); err != nil {
		return 0, err
	}
	began := time.Now()
	_, messages, err := p.ask(runRequest(events), "2")
	took := time.Since(began)
	if err == nil && messages < events {
		err = fmt.Errorf("%d of %d events arrived", messages, events)
	}
	return took, errors.Join(err, p.end())
}

func relayHTTP(ctx context.Context, binary string, events int) (time.Duration, error) {
	command := exec.CommandContext(ctx, binary, "http", "--addr", "127.0.0.1:0", "--sandbox", "--log-level", "error")
	stderr, err := command.StderrPipe()
	if err != nil {
		return 0, err
	}
	if err := command.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	}()
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		return 0, err
	}
	url := strings.TrimSpace(line[strings.Index(line, "http://"):])
	session, _, err := post(ctx, url, "", initialize)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	_, messages, err := post(ctx, url, session, runRequest(events))
	took := time.Since(began)
	if err == nil && messages < events {
		err = fmt.Errorf("%d of %d events arrived", messages, events)
	}
	return took, err
}

// post sends one message and returns the session it belongs to and how many events were answered.
func post(ctx context.Context, url, session, message string) (string, int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(message))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	if session != "" {
		request.Header.Set("Mcp-Session-Id", session)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	return response.Header.Get("Mcp-Session-Id"), bytes.Count(body, []byte("\ndata: ")), err
}
